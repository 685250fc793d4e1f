-- What facts say, counted by SQL over the rows. A section "-- kind: x" is one query: its columns
-- are fields of the fact as the rows have them; a field without a column stands in no row. A fact
-- may list fewer than the rows do. Parameters: :item, the fact's item, and the fact's own fields.
CREATE TABLE person (user_id TEXT PRIMARY KEY, user_index INT, n_ratings INT);
CREATE TABLE item (item_id TEXT PRIMARY KEY, item_index INT, title TEXT, year INT, n_ratings INT);
CREATE TABLE rating (user_id TEXT, item_id TEXT, rating REAL, PRIMARY KEY (item_id, user_id));
CREATE INDEX rating_of_user ON rating (user_id, item_id, rating);
CREATE TABLE list (item_id TEXT, field TEXT, texts TEXT, origin TEXT, PRIMARY KEY (item_id, field));
CREATE TABLE number (item_id TEXT, field TEXT, value REAL, PRIMARY KEY (item_id, field));
CREATE TABLE entry (item_id TEXT, field TEXT, place INT, value TEXT, origin TEXT); -- of the lists
CREATE INDEX entry_of_item ON entry (item_id, field, place);
CREATE INDEX entry_of_value ON entry (field, value);
CREATE TABLE scale (low REAL, high REAL, step REAL, liked REAL); -- empty: feedback is implicit
-- one query at a time; lists are JSON
CREATE TABLE me (user_id TEXT, likes TEXT, shown TEXT, previous TEXT);
CREATE TABLE mine (item_id TEXT PRIMARY KEY, rating REAL);
CREATE TABLE asked (source TEXT, genres TEXT, people TEXT, years TEXT, likes TEXT);

CREATE VIEW film AS SELECT item_id, item_index, title, NULLIF(year, 0) AS year, n_ratings,
  title || CASE WHEN year THEN ' (' || year || ')' ELSE '' END AS name FROM item;
CREATE VIEW liking AS SELECT (SELECT liked FROM scale) AS least,
  CASE WHEN EXISTS (SELECT 1 FROM scale) THEN 'liked' ELSE 'chose' END AS feedback;
CREATE VIEW liked AS -- rating NULL: named as liked, before all that was rated
SELECT item_id, rating FROM mine, liking WHERE least IS NULL OR rating >= least
UNION ALL SELECT value, NULL FROM me, json_each(likes);
CREATE VIEW named AS SELECT value AS item_id FROM me, json_each(likes)
UNION SELECT value FROM asked, json_each(likes);
-- Difference in stars on what two people both rated, drawn toward the usual one by ten items.
CREATE VIEW distance AS
WITH pair AS (
  SELECT rating.user_id, count(*) AS n, sum(abs(rating.rating - mine.rating)) AS stars
  FROM mine JOIN rating USING (item_id) GROUP BY rating.user_id
), usual AS (SELECT 1.0 * sum(stars) / sum(n) AS stars FROM pair)
SELECT user_id, user_index, n AS n_shared, usual.stars AS usual,
  (pair.stars + 10 * usual.stars) / (n + 10) AS stars,
  pair.stars = 0 AND n = n_ratings AND n = (SELECT count(*) FROM mine) AS is_same
FROM pair JOIN usual JOIN person USING (user_id);
CREATE VIEW near AS -- of all people a tenth, 20 to 100, and only who is nearer than usual
SELECT user_id, row_number() OVER (ORDER BY stars, user_index) AS place FROM distance
WHERE n_shared >= 3 AND stars < usual AND NOT is_same AND user_id IS NOT (SELECT user_id FROM me)
ORDER BY place LIMIT (SELECT min(100, max(20, count(*) / 10)) FROM person);

-- kind: catalog
SELECT title, year, texts AS genres FROM film JOIN list USING (item_id)
WHERE item_id = :item AND field = 'its genres';
-- kind: column
SELECT :column AS "column", (SELECT texts FROM list WHERE item_id = :item AND field = :column)
  AS "values", (SELECT value FROM number WHERE item_id = :item AND field = :column) AS number,
  (SELECT value FROM number WHERE item_id = :item AND value = :highest AND lower(replace(
    field, '_', '')) IN ('maxplayers', 'maximumplayers', 'playersmax')) AS highest;
-- kind: content
SELECT json_group_array(field) AS strong FROM (
  SELECT field FROM json_each('["violence", "sex", "sadness", "scares"]') AS kind
  JOIN number ON field = kind.value WHERE item_id = :item AND number.value = 3 ORDER BY kind.key);
-- kind: decade
SELECT sum(year / 10 * 10 = :decade) AS n_liked, count(*) AS n_history,
  100.0 * avg(year / 10 * 10 = :decade) AS share_percent,
  (SELECT 100.0 * avg(year / 10 * 10 = :decade) FROM item) AS catalog_percent,
  (SELECT feedback FROM liking) AS feedback,
  (SELECT year / 10 * 10 FROM item WHERE item_id = :item) AS decade
FROM liked JOIN item USING (item_id);
-- kind: genre
WITH holders AS (SELECT item_id FROM entry WHERE field = 'its genres' AND value = :genre)
SELECT sum(item_id IN holders) AS n_liked, count(*) AS n_history,
  100.0 * avg(item_id IN holders) AS share_percent,
  (SELECT 100.0 * avg(item_id IN holders) FROM item) AS catalog_percent,
  (SELECT feedback FROM liking) AS feedback,
  (SELECT :genre FROM holders WHERE item_id = :item) AS genre FROM liked;
-- kind: influence
WITH own AS MATERIALIZED (
  SELECT item_id, name, mine.rating FROM json_each(:item_ids) AS told
  JOIN film ON film.item_id = told.value LEFT JOIN mine USING (item_id)
  WHERE item_id IN (SELECT item_id FROM liked UNION SELECT item_id FROM named) ORDER BY key
), nearness AS MATERIALIZED ( -- squared cosine of who rated what, but for :item's own factor
  SELECT other.item_id, 1.0 * count(*) * count(*) / n_ratings AS value FROM rating AS this
  JOIN rating AS other USING (user_id) JOIN item ON item.item_id = other.item_id
  WHERE this.item_id = :item AND other.item_id <> :item GROUP BY other.item_id
), near_items AS (SELECT item_id, rank() OVER (ORDER BY value DESC) AS place FROM nearness)
SELECT (SELECT json_group_array(name) FROM own) AS titles,
  (SELECT json_group_array(item_id) FROM own) AS item_ids,
  (SELECT json_group_array(rating) FROM own, scale WHERE rating IS NOT NULL) AS ratings,
  (SELECT count(rating) FROM own) = 0 AS is_example,
  (SELECT count(*) FROM own) = (SELECT count(*) FROM own JOIN near_items USING (item_id)
    WHERE place <= (SELECT min(50, max(1, count(*) / 20)) FROM item)) AS is_near;
-- kind: like
SELECT name AS title, item_id, (SELECT json_group_array(value) FROM (SELECT value FROM entry
    WHERE item_id = :item AND field = 'its genres' AND value IN (SELECT value FROM entry
      WHERE item_id = :item_id AND field = 'its genres') ORDER BY place)) AS genres
FROM film WHERE item_id = :item_id AND item_id IN named;
-- kind: metadata
SELECT (SELECT texts FROM list WHERE item_id = :item AND field = 'director') AS directors,
  (SELECT texts FROM list WHERE item_id = :item AND field = 'actors') AS actors;
-- kind: mood
SELECT (SELECT texts FROM list WHERE item_id = :item AND field = 'moods') AS moods,
  (SELECT texts FROM list WHERE item_id = :item AND field = 'themes') AS themes,
  (SELECT count(*) FROM entry WHERE item_id = :item AND field = 'moods'
    AND value = 'for families') AS for_families;
-- kind: moved
SELECT (SELECT key + 1 FROM json_each(shown) WHERE value = :item) AS rank,
  json_array_length(previous) AS n_last,
  (SELECT key + 1 FROM json_each(previous) WHERE value = :item) AS last_rank FROM me;
-- kind: neighbors
WITH nearest AS MATERIALIZED (SELECT * FROM near), raters AS MATERIALIZED (
  SELECT user_id, rating >= liked AS likes FROM nearest JOIN rating USING (user_id) JOIN scale
  WHERE item_id = :item ORDER BY place
), fans AS (SELECT user_id FROM raters WHERE likes LIMIT json_array_length(:user_ids))
SELECT (SELECT sum(likes) FROM raters) AS n_liked, (SELECT count(*) FROM nearest) AS n_neighbors,
  (SELECT json_group_array(user_id) FROM fans) AS user_ids,
  (SELECT count(*) FROM raters) AS n_raters, liked AS liked_rating, high AS top_rating,
  step AS rating_step, (SELECT 100.0 * avg(rating >= liked) FROM rating WHERE item_id = :item)
    AS everyone_percent FROM scale;
-- kind: neighbors where feedback is implicit
SELECT 0 AS n_raters, 0 AS liked_rating, 0 AS top_rating, 0 AS rating_step,
  100.0 * n_ratings / (SELECT count(*) FROM person) AS everyone_percent
FROM item WHERE item_id = :item;
-- kind: person
WITH holders AS (SELECT DISTINCT item_id FROM entry WHERE field = :role AND value = :person)
SELECT :role AS role, (SELECT :person FROM holders WHERE item_id = :item) AS person,
  sum(item_id IN holders) AS n_liked, count(*) AS n_history,
  (SELECT count(*) FROM holders) AS n_theirs, (SELECT count(*) FROM item) AS n_catalog,
  (SELECT feedback FROM liking) AS feedback FROM liked WHERE item_id <> :item;
-- kind: plot
SELECT :quote AS quote, :column AS "column" FROM entry
WHERE item_id = :item AND field = :column AND instr(value, :quote) AND origin <> 'film notes';
-- kind: popularity
SELECT count(*) AS n_ratings, (SELECT high FROM scale) AS top_rating,
  CASE (SELECT feedback FROM liking) WHEN 'liked' THEN avg(rating) END AS mean_rating
FROM rating WHERE item_id = :item;
-- kind: predicted
SELECT high AS top_rating FROM scale;
-- kind: premise
SELECT :premise AS premise FROM entry WHERE item_id = :item AND field = 'plot'
  AND origin = 'film notes' AND value IN (:premise, :premise || '.');
-- kind: record
SELECT min(20, (SELECT count(*) FROM mine)) AS n_ratings, (high - low) / 8 AS margin FROM scale;
-- kind: setting
SELECT iif(:place IN (SELECT value FROM entry WHERE item_id = :item AND field = 'place'
    UNION SELECT ''), :place, NULL) AS place,
  iif(:time IN (SELECT value FROM entry WHERE item_id = :item AND field = 'time'
    UNION SELECT ''), :time, NULL) AS time;
-- kind: shared
WITH holders AS (SELECT DISTINCT item_id FROM entry WHERE field = :column AND value = :value),
own AS (SELECT item_id, rating FROM liked WHERE item_id <> :item),
example AS MATERIALIZED (SELECT item_id, name FROM own JOIN film USING (item_id)
  WHERE item_id IN holders ORDER BY rating IS NOT NULL, rating DESC, item_index
  LIMIT json_array_length(:examples))
SELECT :column AS "column", (SELECT :value FROM holders WHERE item_id = :item) AS value,
  sum(item_id IN holders) AS n_liked, count(*) AS n_history,
  (SELECT count(*) FROM holders) AS n_having, (SELECT count(*) FROM item) AS n_catalog,
  (SELECT feedback FROM liking) AS feedback,
  (SELECT json_group_array(name) FROM example) AS examples,
  (SELECT json_group_array(item_id) FROM example) AS example_ids FROM own;
-- kind: words
SELECT source AS asked, (SELECT json_group_array(value) FROM (SELECT value FROM entry
    WHERE item_id = :item AND field = 'its genres' AND value IN (
      SELECT value FROM json_each(asked.genres)) ORDER BY place)) AS genres,
  (SELECT json_group_array(value) FROM (SELECT value FROM entry
    WHERE item_id = :item AND field IN ('director', 'actors') AND value COLLATE NOCASE IN (
      SELECT value FROM json_each(asked.people)) ORDER BY field = 'actors', place)) AS people,
  (SELECT years FROM item WHERE item_id = :item AND item.year BETWEEN
    json_extract(asked.years, '$[0]') AND json_extract(asked.years, '$[1]')) AS years
FROM asked WHERE source = :asked;
