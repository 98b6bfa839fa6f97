-- case: parser
-- new
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);

-- case: parser_function
-- old
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
-- new
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);

-- case: parser_comment
-- setup
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
-- new
COMMENT ON TEXT SEARCH PARSER p IS 'x';

-- case: template
-- new
CREATE TEXT SEARCH TEMPLATE t (INIT = dsimple_init, LEXIZE = dsimple_lexize);

-- case: template_function
-- old
CREATE TEXT SEARCH TEMPLATE t (LEXIZE = dsimple_lexize);
-- new
CREATE TEXT SEARCH TEMPLATE t (INIT = dsimple_init, LEXIZE = dsimple_lexize);

-- case: template_comment
-- setup
CREATE TEXT SEARCH TEMPLATE t (INIT = dsimple_init, LEXIZE = dsimple_lexize);
-- new
COMMENT ON TEXT SEARCH TEMPLATE t IS 'x';

-- case: dictionary
-- new
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, language = 'german', stopwords = 'german');

-- case: dictionary_options
-- setup
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, language = 'german', stopwords = 'german');
-- new
ALTER TEXT SEARCH DICTIONARY d (language = 'english', stopwords);

-- case: dictionary_template
-- old
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
-- new
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, language = 'german');

-- case: dictionary_owner_comment
-- setup
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
-- new
ALTER TEXT SEARCH DICTIONARY d OWNER TO alice;
COMMENT ON TEXT SEARCH DICTIONARY d IS 'x';

-- case: configuration
-- new
CREATE TEXT SEARCH CONFIGURATION c (PARSER = pg_catalog."default");

-- case: configuration_copy
-- new
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);

-- case: configuration_mapping
-- setup
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
-- new
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword, word WITH d, simple;

-- case: configuration_mapping_order
-- setup
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = pg_catalog."default");
-- old
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH d, simple;
-- new
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR asciiword WITH simple, d;

-- case: configuration_mapping_dropped
-- setup
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
-- new
ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word, email;

-- case: configuration_mapping_replaced
-- setup
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION c (COPY = english);
-- new
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING REPLACE english_stem WITH d;
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR word REPLACE d WITH english_stem;

-- case: configuration_parser
-- setup
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
-- old
CREATE TEXT SEARCH CONFIGURATION c (PARSER = pg_catalog."default");
-- new
CREATE TEXT SEARCH CONFIGURATION c (PARSER = p);

-- case: configuration_owner_comment
-- setup
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
-- new
ALTER TEXT SEARCH CONFIGURATION c OWNER TO alice;
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'x';

-- case: used_by_index
-- new
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
CREATE TABLE t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('@case.c'::regconfig, a)) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('@case.c'::regconfig, a));
