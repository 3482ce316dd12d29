/** Help for --format of commands that list. */
export const FORMAT_HELP = `How to show it:
'table':          a table with headers (default)
'table TEMPLATE': a table of what the Go template says
'json':           JSON, one object a line
'TEMPLATE':       what the Go template says`;
