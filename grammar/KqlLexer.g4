// The tokens of KQL. Words are case-sensitive. Where two rules match the same text the longer match
// wins, then the earlier rule.
lexer grammar KqlLexer;

// ---- Statements ----
ALIAS: 'alias';
DECLARE: 'declare';
LET: 'let';
RESTRICT: 'restrict';
SET: 'set';
VIEW: 'view';

// ---- Tabular operators ----
AS: 'as';
ASSERT_SCHEMA: 'assert-schema';
CONSUME: 'consume';
COUNT: 'count';
DISTINCT: 'distinct';
EVALUATE: 'evaluate';
EXECUTE_AND_CACHE: '__executeAndCache' | 'execute-and-cache';
EXTEND: 'extend';
FACET: 'facet';
FILTER: 'filter';
FIND: 'find';
FORK: 'fork';
GETSCHEMA: 'getschema';
GRAPH_MARK_COMPONENTS: 'graph-mark-components';
GRAPH_MATCH: 'graph-match';
GRAPH_SHORTEST_PATHS: 'graph-shortest-paths';
GRAPH_TO_TABLE: 'graph-to-table';
GRAPH_WHERE_EDGES: 'graph-where-edges';
GRAPH_WHERE_NODES: 'graph-where-nodes';
INVOKE: 'invoke';
JOIN: 'join';
LIMIT: 'limit';
LOOKUP: 'lookup';
MACRO_EXPAND: 'macro-expand';
MAKE_GRAPH: 'make-graph';
MAKE_SERIES: 'make-series';
MV_APPLY: 'mv-apply' | 'mvapply';
MV_EXPAND: 'mv-expand' | 'mvexpand';
ORDER: 'order';
PARSE: 'parse';
PARSE_KV: 'parse-kv';
PARSE_WHERE: 'parse-where';
PARTITION: 'partition';
PARTITION_BY: '__partitionby';
PRINT: 'print';
PROJECT: 'project';
PROJECT_AWAY: 'project-away' | '__projectAway';
PROJECT_BY_NAMES: 'project-by-names';
PROJECT_KEEP: 'project-keep';
PROJECT_RENAME: 'project-rename';
PROJECT_REORDER: 'project-reorder';
PROJECT_SMART: 'project-smart';
RANGE: 'range';
REDUCE: 'reduce';
RENDER: 'render';
SAMPLE: 'sample';
SAMPLE_DISTINCT: 'sample-distinct';
SCAN: 'scan';
SEARCH: 'search';
SERIALIZE: 'serialize';
SORT: 'sort';
SUMMARIZE: 'summarize';
TAKE: 'take';
TOP: 'top';
TOP_HITTERS: 'top-hitters';
TOP_NESTED: 'top-nested';
UNION: 'union';
WHERE: 'where';

// ---- Words inside operators ----
ASC: 'asc';
BAG_EXPANSION: 'bagexpansion';
BIN: 'bin';
BY: 'by';
DATASCOPE: 'datascope';
DEFAULT: 'default';
DESC: 'desc';
EDGES: 'edges';
FIRST: 'first';
FROM: 'from';
GRANNY_ASC: 'granny-asc';
GRANNY_DESC: 'granny-desc';
HINT: 'hint.' [a-zA-Z_]+;
ID: 'id';
KIND: 'kind';
LAST: 'last';
NODES: 'nodes';
NULLS: 'nulls';
OF: 'of';
ON: 'on';
OPTIONAL: 'optional';
OUTPUT: 'output';
PACK: 'pack';
PARTITIONED_BY: 'partitioned-by';
STEP: 'step';
TO: 'to';
WITH: 'with';
WITH_ITEM_INDEX: 'with_itemindex';
WITH_NODE_ID: 'with_node_id';

// ---- Tables in place ----
DATATABLE: 'datatable';
ENTITY_GROUP: 'entity_group';
EXTERNALDATA: 'externaldata' | 'external_data';
INLINE_EXTERNAL_TABLE: 'inline_external_table';
MATERIALIZED_VIEW_COMBINE: 'materialized-view-combine';
TOSCALAR: 'toscalar';
TOTABLE: 'totable';

// ---- Operators in words ----
AND: 'and';
BETWEEN: 'between';
CONTAINS: 'contains';
CONTAINS_CS: 'contains_cs' | 'containscs';
ENDSWITH: 'endswith';
ENDSWITH_CS: 'endswith_cs';
HAS: 'has';
HAS_ALL: 'has_all';
HAS_ANY: 'has_any';
HAS_CS: 'has_cs';
HASPREFIX: 'hasprefix';
HASPREFIX_CS: 'hasprefix_cs';
HASSUFFIX: 'hassuffix';
HASSUFFIX_CS: 'hassuffix_cs';
IN: 'in';
IN_CASELESS: 'in~';
LIKE: 'like';
LIKE_CS: 'likecs';
MATCHES_REGEX: 'matches' [ \t\r\n]+ 'regex';
NOT_BETWEEN: '!between';
NOT_CONTAINS: '!contains' | 'notcontains';
NOT_CONTAINS_CS: '!contains_cs' | 'notcontainscs';
NOT_ENDSWITH: '!endswith';
NOT_ENDSWITH_CS: '!endswith_cs';
NOT_HAS: '!has';
NOT_HAS_CS: '!has_cs';
NOT_HASPREFIX: '!hasprefix';
NOT_HASPREFIX_CS: '!hasprefix_cs';
NOT_HASSUFFIX: '!hassuffix';
NOT_HASSUFFIX_CS: '!hassuffix_cs';
NOT_IN: '!in';
NOT_IN_CASELESS: '!in~';
NOT_LIKE: 'notlike';
NOT_LIKE_CS: 'notlikecs';
NOT_STARTSWITH: '!startswith';
NOT_STARTSWITH_CS: '!startswith_cs';
OR: 'or';
STARTSWITH: 'startswith';
STARTSWITH_CS: 'startswith_cs';

// ---- Literals ----
DYNAMIC: 'dynamic';
NULL_LITERAL: 'null';
TYPEOF: 'typeof';
BOOL_LITERAL:
    'true' | 'True' | 'TRUE' | 'false' | 'False' | 'FALSE'
    | 'bool' PARENTHESIZED;
INT_LITERAL: ('int' | 'int32') PARENTHESIZED;
LONG_LITERAL: DIGIT+ | '0' [xX] [0-9a-fA-F]+ | ('long' | 'int64') PARENTHESIZED;
REAL_LITERAL:
    DIGIT+ '.' DIGIT+ EXPONENT?
    | DIGIT+ '.'? EXPONENT
    | ('real' | 'double') PARENTHESIZED;
DECIMAL_LITERAL: 'decimal' PARENTHESIZED;
TIMESPAN_LITERAL: DIGIT+ ('.' DIGIT+)? TIME_UNIT | ('time' | 'timespan') PARENTHESIZED;
DATETIME_LITERAL: ('datetime' | 'date') PARENTHESIZED;
GUID_LITERAL: 'guid' PARENTHESIZED;

STRING_LITERAL:
    [hH]? (
        '"' (~["\\\r\n] | ESCAPE)* '"'
        | '\'' (~['\\\r\n] | ESCAPE)* '\''
        | '@"' (~["\r\n] | '""')* '"'
        | '@\'' (~['\r\n] | '\'\'')* '\''
        | '```' .*? '```'
        | '~~~' .*? '~~~'
    );
// The same without the closing quote, so that the message can point at the opening one.
UNTERMINATED_STRING:
    [hH]? (
        '"' (~["\\\r\n] | ESCAPE)* '\\'?
        | '\'' (~['\\\r\n] | ESCAPE)* '\\'?
        | '@"' (~["\r\n] | '""')*
        | '@\'' (~['\r\n] | '\'\'')*
        | '```'
        | '~~~'
    );

// ---- Names ----
IDENTIFIER: [\p{L}_$] [\p{L}\p{Nd}_]* | DIGIT+ [\p{L}_] [\p{L}\p{Nd}_]*;

// ---- Punctuation ----
LPAREN: '(';
RPAREN: ')';
LBRACKET: '[';
RBRACKET: ']';
LBRACE: '{';
RBRACE: '}';
PIPE: '|';
COMMA: ',';
SEMICOLON: ';';
COLON: ':';
DOT: '.';
DOT_DOT: '..';
ASSIGN: '=';
ARROW: '=>';
EQUAL: '==';
NOT_EQUAL: '!=' | '<>';
EQUAL_CASELESS: '=~';
NOT_EQUAL_CASELESS: '!~';
LESS: '<';
LESS_EQUAL: '<=';
GREATER: '>';
GREATER_EQUAL: '>=';
PLUS: '+';
MINUS: '-';
STAR: '*';
SLASH: '/';
PERCENT: '%';

DIRECTIVE: '#' ~[\r\n]*;
COMMENT: '//' ~[\r\n]* -> skip;
WHITESPACE: [\p{White_Space}\u200B\uFEFF]+ -> skip;
UNKNOWN: .;

fragment DIGIT: [0-9];
fragment EXPONENT: [eE] [+-]? DIGIT+;
fragment ESCAPE: '\\' ~[\r\n];
fragment PARENTHESIZED: '(' ~[)\r\n]* ')';
fragment TIME_UNIT:
    'd' | 'day' | 'days'
    | 'h' | 'hr' | 'hrs' | 'hour' | 'hours'
    | 'm' | 'min' | 'minute' | 'minutes'
    | 's' | 'sec' | 'second' | 'seconds'
    | 'ms' | 'milli' | 'millis' | 'millisec' | 'millisecond' | 'milliseconds'
    | 'micro' | 'micros' | 'microsec' | 'microsecond' | 'microseconds'
    | 'nano' | 'nanos' | 'nanosec' | 'nanosecond' | 'nanoseconds'
    | 'tick' | 'ticks';
