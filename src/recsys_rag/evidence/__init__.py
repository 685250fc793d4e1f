"""Typed facts about candidates, one module a kind. Chooses no words for the reader and ranks
nothing.

Every `Evidence.facts` holds the values below; writers and the verifier know them by these names
only.

With implicit feedback there are no ratings, thresholds, means and tops.

| kind | facts |
|---|---|
| neighbors | liked, raters, neighbors (int); threshold, top, step (float); user_ids. Implicit: chosen, neighbors, user_ids |
| carrier | titles, item_ids (1 or 2 each); ratings (texts; not of examples); loss_percent; place, near = 1, named = 1 |
| genre | genre; liked, of, share_percent, catalog_percent (int); feedback "liked" or "chose" |
| decade | decade (int, 1990); liked, of, share_percent, catalog_percent (int); feedback |
| predicted | rating, top (float); error (float, where known) |
| popularity | ratings (int); mean, top (float, absent when implicit) |
| words | asked "words" or "profile"; any of genres, people (tuples) and first_year, last_year (int) |
| like | title, item_id; genres (tuple, shared with it) |
| person | person; role "director" or "actors"; liked, of, in_catalog, catalog (int); feedback |
| moved | now, last (int: its place, how many the last list had); before (int) where the last list had it |
| metadata | director, actors (tuples, where known) |
| plot | quote (a sentence of the catalog's, without its full stop); column |
| catalog | title; year (int, where known); genres (tuple, may be empty) |
"""
