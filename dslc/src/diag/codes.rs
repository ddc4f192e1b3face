//! Every diagnostic's code: a row each, and a page `pages/N0xxx.md` each; [`GROUPS`] by hundreds.

use std::fmt;

/// A diagnostic's code, written `N0101`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "N{:04}", self.0)
    }
}

impl Code {
    /// The code that `text` names, in either case of letters; none when there is no such row.
    pub fn parse(text: &str) -> Option<Code> {
        let digits = text.strip_prefix(['N', 'n'])?;
        let number: u16 = digits.parse().ok().filter(|_| digits.len() == 4)?;
        ROWS.iter().map(|row| row.code).find(|code| code.0 == number)
    }

    /// What it is about: the title of its [`GROUPS`] entry.
    pub fn group(self) -> &'static str {
        GROUPS.get(usize::from(self.0 / 100)).copied().unwrap_or_default()
    }

    /// What the mistake is, in a few words.
    pub fn title(self) -> &'static str {
        ROWS.iter().find(|row| row.code == self).map_or("", |row| row.title)
    }
}

/// What the codes of each hundred are about, from N00 on.
pub const GROUPS: &[&str] = &[
    "Reading files",
    "Syntax",
    "Names and sets",
    "Units",
    "Signs, ranges and curvature",
    "Decomposition, steps and integers",
    "Ports and exports",
    "Artefacts and tools",
    "Cores and what fills them",
];

/// One code.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The code.
    pub code: Code,
    /// What the mistake is, in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $number:literal, $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code($number);)*

        /// Every code, in order.
        pub const ROWS: &[Row] = &[$(Row { code: $name, title: $title },)*];
    };
}

codes! {
    FILE_MISSING = 1, "there is no such file";
    FILE_IS_FOLDER = 2, "a folder stands where a spec was expected";
    FILE_UNREADABLE = 3, "the file cannot be read";
    FILE_NOT_UTF8 = 4, "the file is not UTF-8";
    FILE_TOO_LARGE = 5, "the file is too large";
    FILE_EMPTY = 6, "the file has no items";
    FILE_PATH = 7, "this cannot be the path of a file";
    IMPORT_CYCLE = 8, "a file imports itself";

    SYNTAX = 101, "something else was expected here";
    MISSING_SEMICOLON = 102, "an item or option does not end in `;`";
    UNKNOWN_ITEM = 103, "no item starts with this word";
    UNCLOSED_STRING = 104, "a string is not closed on its line";
    UNCLOSED_BRACKET = 105, "a bracket is not closed";
    STRAY_BRACKET = 106, "a closing bracket has no opening one";
    TOO_DEEP = 107, "too many levels of nesting";
    TOO_LONG = 108, "an item has too many parts";
    STRAY_CHARACTER = 109, "a character that means nothing here";
    BAD_NUMBER = 110, "a number that is not well formed";
    BAD_STRING = 111, "an escape that a string does not know";
    DANGLING_DOC = 112, "a doc comment with nothing after it";
    CHAINED_COMPARISON = 113, "two comparisons in a row";
    RESERVED_WORD = 114, "a word of the language used as a name";
    NO_RELATION = 115, "a resource does not say how much of it there is";
    COMPARISON_AS_NUMBER = 116, "a comparison stands where a number belongs";
    NUMBER_AS_CONDITION = 117, "a number stands where a condition belongs";

    UNKNOWN_NAME = 201, "a name that nothing declares";
    DUPLICATE_NAME = 202, "a name is declared twice";
    WRONG_KIND = 203, "a name stands for something else than is needed here";
    INDEX_COUNT = 204, "too many or too few indices";
    INDEX_SET = 205, "an index over another set";
    UNKNOWN_MEMBER = 206, "the set has no such member";
    MISSING_VALUE = 207, "a param lacks values";
    ATTRIBUTE = 208, "an attribute that says nothing here";
    UNKNOWN_FUNCTION = 209, "there is no such function";
    ARGUMENTS = 210, "a function takes other arguments";
    FIBRE = 211, "a spec has one name";
    NOTHING_TO_DO = 212, "a spec lacks a part";
    BAD_SET = 213, "a set that cannot be";
    UNUSED = 214, "something that nothing depends on";
    CYCLE = 215, "a definition needs itself";
    DECOMPOSITION = 216, "a decomposition does not fit its resource";
    EXPORT = 217, "this cannot be exported";
    TOO_MANY = 219, "more members than can be written out";
    TABLE_COLUMN = 220, "a table lacks a column, or has too many";
    TABLE_ROW = 221, "a row that does not fit its table";
    TABLE_VALUE = 222, "a cell that holds no value";
    TABLE_TWICE = 223, "a table gives a value twice";
    SHAPE = 224, "a vector where a number is needed, or the other way round";

    UNKNOWN_UNIT = 301, "there is no such unit";
    REFUSED_UNIT = 302, "this is no multiple of a unit";
    UNIT_POWER = 303, "a power of a unit that means nothing";
    UNIT_MISMATCH = 304, "two units that do not fit each other";
    NOT_DIMENSIONLESS = 305, "a unit where a plain number is needed";
    DECLARED_UNIT = 306, "a value has another unit than was declared";
    KNOWN_UNIT = 307, "a unit of that name is known already";

    NOT_CONCAVE = 401, "the utility is not concave";
    RESOURCE_CURVATURE = 402, "a resource curves the wrong way";
    NOT_CONSTANT = 403, "a variable stands where a constant is needed";
    BOUNDS = 404, "a range whose ends are the wrong way round";
    VALUE_RANGE = 405, "a value outside its range";
    DOMAIN = 406, "an argument for which a function has no value";
    DIVISION_BY_ZERO = 407, "a division by 0";
    INFEASIBLE = 408, "a resource that the variables cannot respect";
    NOT_A_NUMBER = 409, "this has no value as a number";
    UNDECIDED = 410, "a curvature that is neither shown nor refuted";
    KNOWN_FORM = 411, "a form that the rules do not see through";

    NOT_DECOMPOSED_YET = 501, "this cannot be decomposed yet";
    NOT_LINEAR = 502, "the use of a resource is not linear";
    NO_CAPACITY = 503, "a resource has nothing to share out";
    UNBOUNDED = 504, "a variable lacks a bound";
    NOT_STRICTLY_CONCAVE = 505, "the utility is not strictly concave in a variable";
    STEP_OUT_OF_BOUND = 506, "the price need not settle with this step";
    PERIOD = 507, "the period is out of its range";
    INTEGER_RANGE = 508, "no integer format fits";
    NO_INTEGER_DEMAND = 509, "the kernel cannot compute this demand";
    NOT_CERTIFIED = 510, "a derived plan fails its own check";
    METHOD_CONDITION = 511, "the condition of a method does not hold";
    METHOD_MIX = 512, "no theory covers methods that share agents";

    UNKNOWN_PORT = 601, "there is no such port";
    WRONG_PORT = 602, "the port works the other way round";
    PORT_OPTION = 603, "the port does not know this option";
    OPTION_UNIT = 604, "an option has the wrong unit";
    OPTION_RANGE = 605, "an option's value is out of range";
    OPTION_PATH = 606, "an option's path does not fit";
    PORT_UNIT = 607, "the port measures another unit";
    PORT_FAMILY = 608, "the port cannot follow this variable";
    UNKNOWN_EVENT = 609, "the port has no such event";
    UNKNOWN_CLASS = 610, "there is no such class";
    NO_TAINT_RULE = 611, "nothing taints a process";
    HALF_A_LOOP = 612, "a variable is only observed or only enforced";
    EVIDENCE_INPUT = 613, "an input that evidence cannot tell";
    EVIDENCE_LACKS = 614, "an evidence that lacks a part";
    UNKNOWN_EVIDENCE = 615, "there is no such evidence";
    ACT_NEVER_REACHED = 616, "an act that is never reached";
    WORTH_FORM = 617, "a worth that evidence cannot lower";

    UNKNOWN_TARGET = 701, "there is no such artefact";
    NOT_EMITTED = 702, "an artefact cannot be written for this spec";
    TOOL_MISSING = 703, "a tool is not installed";
    TOOL_FAILED = 704, "a tool refuses what it was given";
    OUTPUT_UNWRITABLE = 705, "the output cannot be written";
    BUILD_BUSY = 706, "another build writes the same folder";
    ARTEFACT_INVALID = 707, "an artefact is not what its reader accepts";
    AXIOMS = 708, "a proof rests on axioms that are not allowed";
    INPUT_MISSING = 709, "an input of run time has no value";
    NOT_SOLVED = 710, "a problem that the solver cannot take";

    UNKNOWN_CORE = 801, "there is no such core";
    BAD_CORE = 802, "a core that no fibre could fill";
    UNKNOWN_SIGIL = 803, "the core has no such sigil";
    UNFILLED = 804, "a sigil that nothing fills";
    FILLED_TWICE = 805, "a sigil is filled twice";
    FILL_KIND = 806, "what fills a sigil is of another kind";
    FILL_INDEX = 807, "what fills a sigil has other indices";
    FILL_UNIT = 808, "what fills a sigil has another unit";
    FILL_CURVATURE = 809, "what fills a sigil curves the wrong way";
    FILL_RANGE = 810, "what fills a sigil leaves its range";
}
