// The grammar of KQL. How a rule becomes a tree node, and how to add an operator: README.md.
parser grammar KqlParser;

options { tokenVocab = KqlLexer; }

// ---- Statements ----

// One statement and what ends it; the caller loops, so that an error in one leaves the others readable.
queryStatement: DIRECTIVE* statement? (SEMICOLON | EOF);

statement:
    letStatement
    | setStatement
    | declareStatement
    | restrictStatement
    | aliasStatement
    | pipeExpression;

letStatement: LET name ASSIGN (functionDeclaration | pipeExpression);

functionDeclaration: VIEW? LPAREN functionParameters? RPAREN functionBody;
functionParameters: functionParameter (COMMA functionParameter)*;
functionParameter: declaredName COLON (rowSchema | typeName) (ASSIGN parameterDefault)?;
parameterDefault: sign? literal | dynamicLiteral | name;
functionBody: LBRACE statement? (SEMICOLON statement?)* RBRACE;

setStatement: SET declaredName (ASSIGN expression)?;

// `declare query_parameters (...)`, `declare pattern name [= ...]`: the words are checked by the builder.
declareStatement:
    DECLARE name LPAREN functionParameters? RPAREN                 # declareQueryParameters
    | DECLARE name name (ASSIGN patternDeclaration)? # declarePattern;
patternDeclaration:
    LPAREN functionParameters? RPAREN (LBRACKET functionParameter RBRACKET)?
    LBRACE patternMatch+ RBRACE;
patternMatch:
    LPAREN expression (COMMA expression)* RPAREN (DOT LBRACKET expression RBRACKET)?
    ASSIGN functionBody SEMICOLON?;

restrictStatement:
    RESTRICT name TO LPAREN entity (COMMA entity)* RPAREN (WITH properties)?;

aliasStatement: ALIAS name declaredName ASSIGN expression;

// ---- Pipes ----

pipeExpression: (sourceStep | expression) (PIPE step)*;

// A subquery may go on from an implied input, or be a query of its own.
subquery: LPAREN (step | expression) (PIPE step)* RPAREN;

// Steps that may start a query.
sourceStep: evaluateStep | findStep | macroExpandStep | printStep | rangeStep | searchStep | unionStep;

step:
    asStep
    | assertSchemaStep
    | consumeStep
    | countStep
    | distinctStep
    | evaluateStep
    | executeAndCacheStep
    | extendStep
    | facetStep
    | findStep
    | forkStep
    | getSchemaStep
    | graphMarkComponentsStep
    | graphMatchStep
    | graphToTableStep
    | graphWhereStep
    | invokeStep
    | joinStep
    | lookupStep
    | macroExpandStep
    | makeGraphStep
    | makeSeriesStep
    | mvApplyStep
    | mvExpandStep
    | parseStep
    | parseKvStep
    | partitionStep
    | partitionByStep
    | printStep
    | projectStep
    | projectAwayStep
    | projectByNamesStep
    | projectKeepStep
    | projectRenameStep
    | projectReorderStep
    | rangeStep
    | reduceStep
    | renderStep
    | sampleStep
    | sampleDistinctStep
    | scanStep
    | searchStep
    | serializeStep
    | sortStep
    | summarizeStep
    | takeStep
    | topStep
    | topHittersStep
    | topNestedStep
    | unionStep
    | whereStep;

// ---- Options of operators ----

// `kind=inner`: any word, where the operator's own operands have no names. Where they have, only the
// words that the operator knows (`expandOption`, `hint`): `x = avg (y)` is a column, not an option.
parameter: (declaredName | HINT) ASSIGN parameterValue;
hint: HINT ASSIGN parameterValue;
expandOption: (BAG_EXPANSION | HINT | KIND | WITH_ITEM_INDEX) ASSIGN parameterValue;
// One string only: the operand behind may be a string too.
parameterValue: STRING_LITERAL | sign? plainLiteral | anyName | STAR;

// In parentheses after `with`.
properties: LPAREN COMMA? (property (COMMA property)*)? RPAREN;
property: (declaredName | HINT) ASSIGN expression;

// ---- Operators: filtering, computing and choosing columns ----

whereStep: (WHERE | FILTER) hint* namedExpression;
extendStep: EXTEND namedExpressions;
projectStep: PROJECT namedExpressions?;
projectAwayStep: PROJECT_AWAY columnPatterns?;
projectKeepStep: PROJECT_KEEP columnPatterns?;
projectRenameStep: PROJECT_RENAME namedExpressions?;
projectReorderStep: PROJECT_REORDER (reorderedColumn (COMMA reorderedColumn)*)?;
reorderedColumn: columnPattern (ASC | DESC | GRANNY_ASC | GRANNY_DESC)?;
projectByNamesStep: PROJECT_BY_NAMES (expression (COMMA expression)*)?;
serializeStep: SERIALIZE hint* namedExpressions?;
printStep: PRINT namedExpressions;

columnPatterns: columnPattern (COMMA columnPattern)*;
columnPattern: wildcard | path;

// ---- Operators: grouping ----

summarizeStep: SUMMARIZE hint* namedExpressions? (BY namedExpressions legacyBin?)?;
legacyBin: BIN ASSIGN expression;
distinctStep: DISTINCT hint* namedExpressions;
countStep: COUNT (AS declaredName)?;
makeSeriesStep:
    MAKE_SERIES expandOption* seriesAggregate (COMMA seriesAggregate)*
    ON namedExpression seriesRange (BY namedExpressions)?;
seriesAggregate: namedExpression (DEFAULT ASSIGN expression)?;
seriesRange:
    (FROM expression)? (TO expression)? STEP expression
    | IN RANGE LPAREN expression COMMA expression COMMA expression RPAREN;
topHittersStep: TOP_HITTERS expression OF namedExpression (BY expression)?;
topNestedStep: topNestedLevel (COMMA topNestedLevel)*;
topNestedLevel:
    TOP_NESTED expression? OF namedExpression (WITH declaredName ASSIGN expression)?
    BY orderedExpression;
reduceStep: REDUCE parameter* BY namedExpression (WITH property (COMMA property)*)?;

// ---- Operators: order and number of rows ----

sortStep: (SORT | ORDER) parameter* BY orderedExpressions;
takeStep: (TAKE | LIMIT) hint* expression;
topStep: TOP hint* expression BY orderedExpression;
sampleStep: SAMPLE hint* expression;
sampleDistinctStep: SAMPLE_DISTINCT hint* expression OF namedExpression;

orderedExpressions: orderedExpression (COMMA orderedExpression)*;
orderedExpression:
    namedExpression (ASC | DESC | GRANNY_ASC | GRANNY_DESC)? (NULLS (FIRST | LAST))?;

// ---- Operators: bringing tables together ----

joinStep: JOIN parameter* expression (ON expression (COMMA expression)* | WHERE expression)?;
lookupStep: LOOKUP parameter* expression ON expression (COMMA expression)*;
unionStep: UNION parameter* entity (COMMA entity)*;
findStep:
    FIND (DATASCOPE ASSIGN anyName)? parameter* (IN LPAREN findTable (COMMA findTable)* RPAREN)?
    WHERE? expression
    ((PROJECT findColumn (COMMA findColumn)*) | PROJECT_SMART)?
    (PROJECT_AWAY findColumn (COMMA findColumn)*)?;
findTable: entity (PIPE asStep)?;
findColumn: PACK LPAREN STAR RPAREN | STAR | name (COLON typeName)?;
searchStep:
    SEARCH parameter* (DATASCOPE ASSIGN anyName)?
    (IN LPAREN findTable (COMMA findTable)* RPAREN)? expression;
invokeStep: INVOKE path;
evaluateStep: EVALUATE parameter* path (COLON rowSchema)?;

// A table, a wildcard over tables, or a subquery.
entity: wildcard | path;

// ---- Operators: taking text and arrays apart ----

parseStep: (PARSE | PARSE_WHERE) parameter* expression WITH patternPart*;
patternPart: STAR | STRING_LITERAL | declaredName (COLON typeName)?;
parseKvStep: PARSE_KV expression AS rowSchema (WITH properties)?;
mvExpandStep: MV_EXPAND expandOption* expandItem (COMMA expandItem)* (LIMIT expression)?;
mvApplyStep:
    MV_APPLY expandOption* expandItem (COMMA expandItem)* (LIMIT expression)? (ID expression)?
    ON subquery;
expandItem: namedExpression (TO typeOf)? | TO typeOf;

// ---- Operators: queries within queries ----

asStep: AS parameter* declaredName;
facetStep: FACET BY path (COMMA path)* (WITH (subquery | step))?;
forkStep: FORK forkBranch+;
forkBranch: (declaredName ASSIGN)? subquery;
partitionStep:
    PARTITION parameter* BY simplePath (IN (call | dynamicLiteral))?
    (subquery | LBRACE pipeExpression RBRACE);
partitionByStep: PARTITION_BY parameter* simplePath (ID literal)? subquery;
// Nothing that could be called may stand before a bracket, or every call of the language would have to
// be read to its end to be told from a name.
simplePath: name (DOT anyName | LBRACKET string RBRACKET)*;
macroExpandStep:
    MACRO_EXPAND parameter* (entityGroup | simplePath | call (DOT call)*) (AS declaredName)?
    LPAREN statement? (SEMICOLON statement?)* RPAREN;
scanStep:
    SCAN parameter* (ORDER BY orderedExpressions)? (PARTITION BY expression (COMMA expression)*)?
    (DECLARE LPAREN functionParameters? RPAREN)? WITH LPAREN scanState* RPAREN;
scanState:
    STEP declaredName OPTIONAL? (OUTPUT ASSIGN anyName)? COLON expression
    (ARROW scanAssignment (COMMA scanAssignment)*)? SEMICOLON;
scanAssignment: declaredName ASSIGN expression;

// ---- Operators: graphs ----

makeGraphStep:
    MAKE_GRAPH parameter* name (MINUS MINUS GREATER | MINUS MINUS) name
    (WITH_NODE_ID ASSIGN declaredName | WITH graphNodes (COMMA graphNodes)*)?
    (PARTITIONED_BY name subquery)?;
graphNodes: path ON name;
graphMatchStep:
    (GRAPH_MATCH | GRAPH_SHORTEST_PATHS) parameter* graphPattern (COMMA graphPattern)*
    (WHERE expression)? (PROJECT namedExpressions)?;
graphPattern: graphNode (graphEdge graphNode)*;
graphNode: LPAREN name? RPAREN;
graphEdge:
    LESS MINUS MINUS
    | MINUS MINUS GREATER?
    | LESS MINUS LBRACKET name? graphEdgeRange? RBRACKET MINUS
    | MINUS LBRACKET name? graphEdgeRange? RBRACKET MINUS GREATER?;
graphEdgeRange: STAR path DOT_DOT path;
graphToTableStep: GRAPH_TO_TABLE graphOutput (COMMA graphOutput)*;
graphOutput: (NODES | EDGES) (AS declaredName)? parameter*;
graphMarkComponentsStep: GRAPH_MARK_COMPONENTS parameter*;
graphWhereStep: (GRAPH_WHERE_NODES | GRAPH_WHERE_EDGES) expression;

// ---- Operators: the rest ----

rangeStep: RANGE name FROM expression TO expression STEP expression;
getSchemaStep: GETSCHEMA parameter*;
consumeStep: CONSUME parameter*;
executeAndCacheStep: EXECUTE_AND_CACHE;
assertSchemaStep: ASSERT_SCHEMA rowSchema;
renderStep: RENDER name renderOption* (WITH renderProperties)?;
renderProperties: LPAREN COMMA? (renderProperty (COMMA renderProperty)*)? RPAREN;
// `ycolumns=a, b, title='t'`: names without a value go on with the list before them.
renderProperty: declaredName ASSIGN expression (COMMA name)*;
renderOption: parameter | WITH expression | BY name (COMMA name)*;

// ---- Expressions ----

namedExpressions: namedExpression (COMMA namedExpression)*;

// Not an alternative of `expression`: that doubles the time to warm up.
namedExpression:
    declaredName ASSIGN expression
    | LPAREN declaredName (COMMA declaredName)* RPAREN ASSIGN expression
    | expression;

// Tightest first. Operators of one level other than arithmetic and logic do not chain; the builder says so.
expression:
    sign? path                                                                # operand
    | expression stringOperator expression                                    # stringOperation
    | expression op = (STAR | SLASH | PERCENT) expression               # arithmetic
    | expression op = (PLUS | MINUS) expression                         # arithmetic
    | expression op = (LESS | LESS_EQUAL | GREATER | GREATER_EQUAL) expression # relation
    | expression op = (EQUAL | NOT_EQUAL) expression                    # equality
    | expression listOperator LPAREN listItems? RPAREN                        # inList
    | expression op = (BETWEEN | NOT_BETWEEN)
        LPAREN expression DOT_DOT expression RPAREN                           # between
    | expression op = AND expression                                    # logical
    | expression op = OR expression                                     # logical;

// One query, or values. A query among several values would leave open whose a comma is.
listItems: sourceStep (PIPE step)* | expression ((PIPE step)+ | (COMMA expression)*);

sign: PLUS | MINUS;

stringOperator:
    EQUAL_CASELESS | NOT_EQUAL_CASELESS | COLON | MATCHES_REGEX
    | HAS | NOT_HAS | HAS_CS | NOT_HAS_CS
    | HASPREFIX | NOT_HASPREFIX | HASPREFIX_CS | NOT_HASPREFIX_CS
    | HASSUFFIX | NOT_HASSUFFIX | HASSUFFIX_CS | NOT_HASSUFFIX_CS
    | CONTAINS | NOT_CONTAINS | CONTAINS_CS | NOT_CONTAINS_CS
    | STARTSWITH | NOT_STARTSWITH | STARTSWITH_CS | NOT_STARTSWITH_CS
    | ENDSWITH | NOT_ENDSWITH | ENDSWITH_CS | NOT_ENDSWITH_CS
    | LIKE | NOT_LIKE | LIKE_CS | NOT_LIKE_CS;

listOperator: IN | NOT_IN | IN_CASELESS | NOT_IN_CASELESS | HAS_ANY | HAS_ALL;

path: primary suffix* (DATASCOPE ASSIGN anyName)?;

suffix:
    DOT LBRACKET (wildcard | expression) RBRACKET  # bracketedMember
    | DOT anyName arguments?                       # namedMember
    | DOT HINT                                     # hintMember
    | DOT wildcard                                 # wildcardMember
    | LBRACKET expression RBRACKET                 # element;

primary:
    literal
    | dynamicLiteral
    | typeOf
    | LPAREN pipeExpression RPAREN
    | datatable
    | externalData
    | inlineExternalTable
    | materializedViewCombine
    | entityGroup
    | call
    | name
    | STAR;

call:
    (TOSCALAR | TOTABLE) parameter* LPAREN pipeExpression RPAREN
    | name arguments;
// As in lists, a query is the only argument or stands in parentheses.
arguments:
    LPAREN (sourceStep (PIPE step)* | namedExpression ((PIPE step)+ | (COMMA namedExpression)*))? RPAREN;

datatable: DATATABLE parameter* rowSchema LBRACKET COMMA? (expression (COMMA expression)* COMMA?)? RBRACKET;
externalData:
    EXTERNALDATA parameter* rowSchema
    LBRACKET (expression (COMMA expression)* COMMA?)? RBRACKET (WITH properties)?;
// Kept as text; few engines look at it.
inlineExternalTable:
    INLINE_EXTERNAL_TABLE rowSchema? externalTableClause+
    LPAREN (expression (COMMA expression)* COMMA?)? RPAREN (WITH properties)?;
externalTableClause:
    name ASSIGN anyName
    | PARTITION BY LPAREN COMMA? partitionColumn (COMMA partitionColumn)* RPAREN
    | name ASSIGN LPAREN pathFormatPart+ RPAREN;
pathFormatPart: STRING_LITERAL | name arguments?;
partitionColumn: declaredName COLON typeName (ASSIGN expression)?;
materializedViewCombine:
    MATERIALIZED_VIEW_COMBINE LPAREN pipeExpression RPAREN
    name LPAREN pipeExpression RPAREN name LPAREN pipeExpression RPAREN name LPAREN summarizeStep RPAREN;
entityGroup: ENTITY_GROUP LBRACKET expression (COMMA expression)* RBRACKET;

// ---- Schemas and types ----

rowSchema: LPAREN COMMA? (schemaColumn (COMMA schemaColumn)* COMMA?)? RPAREN;
schemaColumn: STAR | declaredName COLON typeName;
typeOf: TYPEOF LPAREN (typeName | schemaColumn (COMMA schemaColumn)*) RPAREN;
typeName: IDENTIFIER | DYNAMIC;

// ---- Literals ----

literal: string | plainLiteral;
plainLiteral:
    BOOL_LITERAL
    | LONG_LITERAL DOT?
    | INT_LITERAL
    | REAL_LITERAL
    | DECIMAL_LITERAL
    | TIMESPAN_LITERAL
    | DATETIME_LITERAL
    | GUID_LITERAL;

string: STRING_LITERAL+;

dynamicLiteral: DYNAMIC LPAREN dynamicValue RPAREN;
dynamicValue:
    MINUS? literal
    | NULL_LITERAL
    | dynamicLiteral
    | LBRACKET (dynamicValue (COMMA dynamicValue)*)? RBRACKET
    | LBRACE (dynamicMember (COMMA dynamicMember)*)? RBRACE;
dynamicMember: STRING_LITERAL COLON dynamicValue;

// ---- Names ----

// A name where an expression may stand.
name: IDENTIFIER | softKeyword | bracketedName;
bracketedName: LBRACKET string RBRACKET;

// A name where nothing else may stand: before `=` or `:`.
declaredName: name | nameableKeyword;

// After a dot, and as the value of an option, every word is a name.
anyName: name | nameableKeyword | operatorKeyword;

// `a*`, `*b*c`. The builder checks that the parts touch.
wildcard:
    STAR wildcardPart*
    | (IDENTIFIER | softKeyword | nameableKeyword) STAR wildcardPart*;
wildcardPart: IDENTIFIER | softKeyword | nameableKeyword | LONG_LITERAL | STAR;

// Words that are names wherever no operator is meant.
softKeyword:
    ALIAS | BAG_EXPANSION | BIN | CONSUME | COUNT | DECLARE | DEFAULT | DISTINCT | EDGES | ENTITY_GROUP | EVALUATE
    | EXTEND | FACET | FILTER | FIRST | FORK | FROM | GETSCHEMA | ID | INLINE_EXTERNAL_TABLE | JOIN | KIND
    | LAST | LET | LIMIT | LOOKUP | MV_APPLY | MV_EXPAND | NODES | NULL_LITERAL | NULLS | ON | OPTIONAL
    | ORDER | OUTPUT | PACK | PARSE | PARTITION | PARTITION_BY | RANGE | REDUCE | RENDER | RESTRICT
    | SCAN | SERIALIZE | SORT | STEP | SUMMARIZE | TAKE | TOP | VIEW | WITH
    | WITH_ITEM_INDEX | WITH_NODE_ID;

// Words that are names only where nothing but a name may stand.
nameableKeyword:
    AS | BY | CONTAINS | DATATABLE | DYNAMIC | EXTERNALDATA | FIND | HAS | IN | INVOKE | OF | PRINT
    | SAMPLE | SEARCH | SET | TO | TOSCALAR | TOTABLE | TYPEOF | WHERE;

operatorKeyword: AND | OR | LIKE | STARTSWITH | ENDSWITH | BETWEEN | PROJECT | UNION | ASC | DESC;
