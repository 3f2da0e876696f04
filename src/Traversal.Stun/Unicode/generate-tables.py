#!/usr/bin/env python3
"""Writes CanonicalTables.cs, FreeformTables.cs and the tests' NormalizationSample.txt from the Unicode Character Database.

Usage: generate-tables.py [FOLDER]     FOLDER holds the database (Debian: package unicode-data, the default).
"""
import bz2
import pathlib
import sys

ucd = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
here = pathlib.Path(__file__).parent
CODE_POINTS = 0x110000


def version():
    return (ucd / "DerivedNormalizationProps.txt").read_text(encoding="utf-8").split("\n", 1)[0].split("-")[1].removesuffix(".txt")


def properties(file):
    """Yields (first, last, value) of a file of the form `code[..code] ; value [# comment]`."""
    for line in (ucd / file).read_text(encoding="utf-8").splitlines():
        fields = [field.strip() for field in line.split("#")[0].split(";")]
        if len(fields) > 1:
            first, _, last = fields[0].partition("..")
            yield int(first, 16), int(last or first, 16), fields[1]


def having(file, *values):
    return {code for first, last, value in properties(file) if value in values for code in range(first, last + 1)}


category, combining, mapping, start = ["Cn"] * CODE_POINTS, {}, {}, 0
for line in (ucd / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
    code, name, general, ccc, _, decomposition, *_ = line.split(";")
    code = int(code, 16)
    for each in range(start if name.endswith("Last>") else code, code + 1):
        category[each] = general
    start = code
    if ccc != "0":
        combining[code] = int(ccc)
    if decomposition:
        mapping[code] = decomposition.split()

canonical = {code: [int(c, 16) for c in parts] for code, parts in mapping.items() if not parts[0].startswith("<")}
excluded = having("DerivedNormalizationProps.txt", "Full_Composition_Exclusion")


def freeform(code):
    """Whether the FreeformClass has the code point without looking at its neighbours: RFC 8264 section 8, in its order."""
    if code in (0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007):
        return True
    if code in CONTEXTUAL or code in (0x0640, 0x07FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033, 0x3034, 0x3035, 0x303B):
        return False
    if category[code] == "Cn":
        return False
    if 0x21 <= code <= 0x7E:
        return True
    if code in JAMO or code in IGNORABLE or category[code] == "Cc":
        return False
    if code in excluded or mapping.get(code, [""])[0].startswith("<"):
        return True
    return category[code][0] in "LMNSP" or category[code] == "Zs"


# The code points that depend on their neighbours (RFC 5892 appendix A) are judged in code.
CONTEXTUAL = {0x00B7, 0x0375, 0x05F3, 0x05F4, 0x30FB, 0x200C, 0x200D, *range(0x0660, 0x066A), *range(0x06F0, 0x06FA)}
JAMO = having("HangulSyllableType.txt", "L", "V", "T")
IGNORABLE = having("DerivedCoreProperties.txt", "Default_Ignorable_Code_Point") | having("PropList.txt", "Noncharacter_Code_Point")


def boundaries(codes):
    """Where a set of code points begins and ends, alternately."""
    result = []
    for code in sorted(codes):
        if result and result[-1] == code:
            result[-1] = code + 1
        else:
            result += [code, code + 1]
    return result


def classes():
    ranges = []
    for code, ccc in sorted(combining.items()):
        if ranges and ranges[-1][1] + 1 == code and ranges[-1][2] == ccc:
            ranges[-1][1] = code
        else:
            ranges.append([code, code, ccc])
    return [first << 29 | last << 8 | ccc for first, last, ccc in ranges]


def decompositions():
    return [(code in excluded) << 63 | code << 42 | parts[0] << 21 | (parts[1] if len(parts) > 1 else 0) for code, parts in sorted(canonical.items())]


def table(name, summary, type_name, numbers):
    words = [f"0x{number:X}," for number in numbers]
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 130:
            lines.append(line.rstrip())
            line = ""
        line += word + " "
    body = "\n".join(f"        {each}" for each in [*lines, line.rstrip()])
    return f"    /// <summary>{summary}</summary>\n    public static ReadOnlySpan<{type_name}> {name} =>\n    [\n{body}\n    ];\n"


def write(class_name, summary, tables):
    text = f"// Unicode {version()}, written by generate-tables.py: change that.\n\nnamespace Traversal.Stun;\n\n"
    text += f"/// <summary>{summary}</summary>\ninternal static class {class_name}\n{{\n" + "\n".join(tables) + "}\n"
    (here / f"{class_name}.cs").write_text(text, encoding="utf-8")


write("CanonicalTables", "What canonical normalization needs to know of each code point.", [
    table("Decompositions", "A bit, set where the pair does not compose again; the code point and the two of its decomposition, 21 bits each; in order.", "ulong", decompositions()),
    table("CombiningClasses", "The first and last of code points in a row, 21 bits each, and their class, 8 bits; in order. All others have class zero.",
          "ulong", classes()),
])
write("FreeformTables", "Sets of code points as the boundaries between inside and outside, beginning with the first inside.", [
    table("Allowed", "What the FreeformClass has in any context (RFC 8264 section 4.3).", "int", boundaries(filter(freeform, range(CODE_POINTS)))),
    table("Spaces", "Spaces, that of ASCII left out.", "int", boundaries(code for code in range(0x21, CODE_POINTS) if category[code] == "Zs")),
    table("Greek", "The Greek script.", "int", boundaries(having("Scripts.txt", "Greek"))),
    table("Hebrew", "The Hebrew script.", "int", boundaries(having("Scripts.txt", "Hebrew"))),
    table("Japanese", "Hiragana, Katakana and Han.", "int", boundaries(having("Scripts.txt", "Hiragana", "Katakana", "Han"))),
    table("JoinsNext", "Joins the letter after it: joining types L and D.", "int", boundaries(having("extracted/DerivedJoiningType.txt", "L", "D"))),
    table("JoinsPrevious", "Joins the letter before it: joining types R and D.", "int", boundaries(having("extracted/DerivedJoiningType.txt", "R", "D"))),
    table("Transparent", "Lets its neighbours join through it: joining type T.", "int", boundaries(having("extracted/DerivedJoiningType.txt", "T"))),
])

# Every fortieth line of the conformance test, and whatever has more than six code points somewhere: the hard ones.
source = ucd / "NormalizationTest.txt.bz2"
if source.exists():
    lines = [line.split("#")[0].strip() for line in bz2.decompress(source.read_bytes()).decode("utf-8").splitlines()]
    lines = [line for line in lines if line and not line.startswith("@")]
    sample = [line for number, line in enumerate(lines) if number % 40 == 0 or any(len(field.split()) > 6 for field in line.split(";"))]
    target = here / "../../../tests/Traversal.Stun.Tests/Unicode/NormalizationSample.txt"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join([f"# From NormalizationTest.txt of Unicode {version()}: source; NFC; NFD; NFKC; NFKD;", *sample, ""]), encoding="utf-8")
