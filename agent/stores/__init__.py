"""The databases of a workspace behind one port: SQLite files on one machine, Postgres for many."""
