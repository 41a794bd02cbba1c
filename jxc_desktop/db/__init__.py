"""How the book is kept: engine, column types, tables, upgrades. The only room where SQL text stands."""
