"""The tables of the standing orders."""

ORDER_TABLES = """
CREATE TABLE IF NOT EXISTS orders (
  number INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL, at TEXT NOT NULL, every TEXT NOT NULL,
  account TEXT NOT NULL, approve TEXT NOT NULL, options TEXT NOT NULL, state TEXT NOT NULL, created_at TEXT NOT NULL,
  ahead INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS slots (
  order_number INTEGER NOT NULL REFERENCES orders(number), account TEXT NOT NULL, name TEXT NOT NULL,
  timezone TEXT NOT NULL, due TEXT NOT NULL, PRIMARY KEY (order_number, account));
CREATE TABLE IF NOT EXISTS order_runs (
  number INTEGER PRIMARY KEY AUTOINCREMENT, order_number INTEGER NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL,
  timezone TEXT NOT NULL, due TEXT NOT NULL, missed INTEGER NOT NULL, owner TEXT NOT NULL, attempt INTEGER NOT NULL,
  state TEXT NOT NULL, claimed_at TEXT NOT NULL, ended_at TEXT, status TEXT, exit_code INTEGER, answer TEXT,
  change_sets TEXT NOT NULL DEFAULT '[]', transcript TEXT, note TEXT, UNIQUE (order_number, account, due));
CREATE TABLE IF NOT EXISTS again (
  order_number INTEGER NOT NULL, account TEXT NOT NULL, at TEXT NOT NULL, tried INTEGER NOT NULL, since TEXT NOT NULL,
  PRIMARY KEY (order_number, account));
CREATE TABLE IF NOT EXISTS workers (
  owner TEXT PRIMARY KEY, machine TEXT NOT NULL, pid INTEGER NOT NULL, release TEXT NOT NULL, began_at TEXT NOT NULL,
  dead_at TEXT);
CREATE INDEX IF NOT EXISTS runs_at_work ON order_runs(account, order_number) WHERE state='running';
CREATE INDEX IF NOT EXISTS runs_by_account ON order_runs(account, claimed_at);
CREATE INDEX IF NOT EXISTS runs_by_end ON order_runs(ended_at);
CREATE VIEW IF NOT EXISTS free_slots AS SELECT s.* FROM slots s JOIN orders o ON o.number=s.order_number
  WHERE NOT EXISTS (SELECT 1 FROM order_runs r
    WHERE r.state='running' AND (r.account=s.account OR r.order_number=s.order_number));
CREATE VIEW IF NOT EXISTS idle_slots AS SELECT s.* FROM slots s JOIN orders o ON o.number=s.order_number
  WHERE o.state='active' AND NOT EXISTS (SELECT 1 FROM order_runs r WHERE r.state='running' AND r.account=s.account);
"""
"""A slot is free while nobody works in its account or on its order: `all` is done account by account.

It is idle while nobody works in its account: for several workers, who do an order in several accounts at a time.

What is `ahead` is done before what is not, however long that has been due.

`again` holds the times that failed in passing, and when they are tried once more.
"""
