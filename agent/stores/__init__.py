"""What adsteward keeps: tables in the files of a state folder, or in one Postgres for many machines."""
