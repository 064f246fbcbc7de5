using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Puts scripts together from their pieces. A line <c>--@include a, b</c> stands for the pieces of those names, without the comment that each
/// begins with; a line <c>--@case name Type</c> stands for a branch for each of the constants of a type, in their order, with the piece that has the
/// constant's name in small letters, and for an error where the name has none of their values. A line <c>--@entry a, b</c> stands for pieces too, but only in the variant of a script that appends
/// an entry to the stream of a ledger, which is a file of its own; in the script itself it stands for nothing. Numbers and texts of the table of layouts stand in the place of their names, and the line <c>--@prelude</c>
/// for local names of what else the script uses of the table. Lines <c>--> FILE:LINE</c> say where the lines that follow them come from.
/// </summary>
public sealed class ComposeScripts : Task
{
    private const string IncludeMark = "--@include ";
    private const string EntryMark = "--@entry ";
    private const string VariantEnding = "_with_entry";
    private const string CaseMark = "--@case ";
    private const string PreludeMark = "--@prelude";
    private const string OriginMark = "--> ";

    /// <summary>The scripts' files.</summary>
    [Required]
    public ITaskItem[] Scripts { get; set; }

    /// <summary>The files of those scripts that have a variant which appends an entry, named <c>…_with_entry.lua</c>.</summary>
    public ITaskItem[] EntryScripts { get; set; } = new ITaskItem[0];

    /// <summary>The folder of the pieces, with a slash at its end.</summary>
    [Required]
    public string Pieces { get; set; }

    /// <summary>The file of the table of layouts.</summary>
    [Required]
    public string Layouts { get; set; }

    /// <summary>The folder that the composed scripts are written to.</summary>
    [Required]
    public string Output { get; set; }

    /// <summary>The C# file that the table is written to; empty for none.</summary>
    public string Client { get; set; }

    public override bool Execute()
    {
        try
        {
            var table = LayoutTable.Read(Layouts);
            Directory.CreateDirectory(Output);
            foreach (var script in Scripts)
                Write(Path.Combine(Output, Path.GetFileName(script.ItemSpec)), Compose(script.ItemSpec, false, table));
            foreach (var script in EntryScripts)
                Write(Path.Combine(Output, Path.GetFileNameWithoutExtension(script.ItemSpec) + VariantEnding + ".lua"), Compose(script.ItemSpec, true, table));
            if (!string.IsNullOrEmpty(Client))
                Write(Client, table.ClientCode());
        }
        catch (ScriptException e)
        {
            Log.LogError(null, null, null, e.Path, e.Line, 0, 0, 0, e.Message);
        }
        return !Log.HasLoggedErrors;
    }

    private static void Write(string path, string text) => File.WriteAllText(path, text, new UTF8Encoding(false));

    private string Compose(string path, bool withEntry, LayoutTable table)
    {
        var lines = new List<string>();
        Append(lines, path, "", new Stack<string>(), withEntry, table);
        var at = lines.IndexOf(PreludeMark);
        if (at >= 0)
        {
            var prelude = table.Prelude(string.Join("\n", lines)).ToList();
            lines = lines.Select(table.WithValues).ToList();
            lines.RemoveAt(at);
            lines.InsertRange(at, new[] { OriginMark + Path.GetFileName(Layouts) }.Concat(prelude));
        }
        return string.Join("\n", lines) + "\n";
    }

    private void Append(List<string> composed, string path, string indent, Stack<string> including, bool withEntry, LayoutTable table)
    {
        var name = Path.GetFileName(path);
        if (including.Contains(name))
            throw new ScriptException(path, 1, "The piece includes itself.");
        including.Push(name);
        var lines = ReadLines(path);
        var isPiece = including.Count > 1;
        var first = isPiece ? Array.FindIndex(lines, IsNoComment) : 0;
        // A script's first line may be its flags, so that it needs no mark to say where it comes from.
        var isMarked = !isPiece;
        for (var i = first; i < lines.Length; i++)
        {
            var trimmed = lines[i].TrimStart();
            var includeMark = trimmed.StartsWith(EntryMark, StringComparison.Ordinal) ? EntryMark : IncludeMark;
            if (includeMark == EntryMark && !withEntry)
            {
                isMarked = false;
                continue;
            }
            if (trimmed.StartsWith(includeMark, StringComparison.Ordinal))
            {
                var inner = indent + lines[i].Substring(0, lines[i].Length - trimmed.Length);
                foreach (var piece in trimmed.Substring(includeMark.Length).Split(','))
                    Append(composed, Piece(piece.Trim(), path, i + 1), inner, including, withEntry, table);
                isMarked = false;
                continue;
            }
            if (trimmed.StartsWith(CaseMark, StringComparison.Ordinal))
            {
                var inner = indent + lines[i].Substring(0, lines[i].Length - trimmed.Length);
                var words = trimmed.Substring(CaseMark.Length).Split(' ');
                var branch = "if ";
                foreach (var constant in table.ConstantsOf(words[words.Length - 1]))
                {
                    composed.Add(inner + OriginMark + name + ":" + (i + 1));
                    composed.Add(inner + branch + words[0] + " == " + constant + " then");
                    Append(composed, Piece(constant.ToLowerInvariant(), path, i + 1), inner + "  ", including, withEntry, table);
                    branch = "elseif ";
                }
                if (words.Length != 2 || branch == "if ")
                    throw new ScriptException(path, i + 1, "This names no constants.");
                composed.Add(inner + OriginMark + name + ":" + (i + 1));
                composed.Add(inner + "else");
                composed.Add(inner + "  error({err = ARGUMENT .. ' there is no such " + words[0] + "'})");
                composed.Add(inner + "end");
                isMarked = false;
                continue;
            }
            if (!isMarked)
                composed.Add(indent + lines[i].Substring(0, lines[i].Length - trimmed.Length) + OriginMark + name + ":" + (i + 1));
            isMarked = lines[i] != PreludeMark;
            composed.Add(lines[i].Length == 0 ? "" : indent + lines[i]);
        }
        _ = including.Pop();
    }

    private string Piece(string name, string path, int line)
    {
        var file = Path.Combine(Pieces, name + ".lua");
        return File.Exists(file) ? file : throw new ScriptException(path, line, "There is no piece '" + name + "'.");
    }

    private static bool IsNoComment(string line) =>
        !line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith(IncludeMark, StringComparison.Ordinal) || line.StartsWith(CaseMark, StringComparison.Ordinal);

    private static string[] ReadLines(string path) => File.ReadAllText(path).Replace("\r\n", "\n").TrimEnd('\n').Split('\n');

    /// <summary>An error in a file, which the build reports with its place.</summary>
    private sealed class ScriptException : Exception
    {
        public ScriptException(string path, int line, string message)
            : base(message)
        {
            Path = path;
            Line = line;
        }

        public string Path { get; }

        public int Line { get; }
    }

    /// <summary>The table of layouts and constants.</summary>
    private sealed class LayoutTable
    {
        private static readonly Regex Comment = new Regex(@"\s*(^|\s)#.*$");
        private static readonly Regex Value = new Regex(@"^('.*'|-?[0-9]+)$");
        private static readonly Regex Name = new Regex(@"'(?:[^'\\]|\\.)*'|--.*|[A-Za-z_][A-Za-z0-9_]*");

        private readonly Dictionary<string, Layout> _layouts = new Dictionary<string, Layout>(StringComparer.Ordinal);
        private readonly List<Constants> _constants = new List<Constants>();

        // What stands in the place of a name in scripts.
        private readonly Dictionary<string, string> _values = new Dictionary<string, string>(StringComparer.Ordinal);

        // What scripts may name, a list of names and values for each local statement.
        private readonly List<List<KeyValuePair<string, string>>> _statements = new List<List<KeyValuePair<string, string>>>();

        public static LayoutTable Read(string path)
        {
            var table = new LayoutTable();
            Layout layout = null;
            Constants constants = null;
            var lines = ReadLines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                // A value may be anything but a comment.
                var line = Comment.Replace(lines[i], "");
                var words = line.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length == 0)
                    continue;
                if (words[0] == "layout" && words.Length == 2)
                {
                    table.Complete(layout, constants);
                    (layout, constants) = (new Layout(words[1]), null);
                    if (table._layouts.ContainsKey(layout.Name))
                        throw new ScriptException(path, i + 1, "The layout is there twice.");
                    table._layouts.Add(layout.Name, layout);
                }
                else if (words[0] == "constants")
                {
                    table.Complete(layout, constants);
                    (layout, constants) = (null, new Constants(line.Substring("constants".Length).Trim()));
                }
                else if (layout != null && words.Length == 2 && table.FieldOf(words[0], words[1], layout.Size) is Field member)
                    layout.Fields.Add(member);
                else if (constants != null && words.Length == 2)
                    constants.Values.Add(new KeyValuePair<string, string>(words[0], words[1]));
                else
                    throw new ScriptException(path, i + 1, "This is neither a layout, nor constants, nor a member of one.");
            }
            table.Complete(layout, constants);
            return table;
        }

        /// <summary>The names of the constants of a type in the client.</summary>
        public IEnumerable<string> ConstantsOf(string type) => _constants
            .Where(constants => constants.Type.EndsWith(" " + type, StringComparison.Ordinal))
            .SelectMany(constants => constants.Values.Select(value => value.Key));

        /// <summary>A line with numbers and texts in the place of their names. As local names they would have to be put in place at each call, used or not.</summary>
        public string WithValues(string line) => Name.Replace(line, match => _values.TryGetValue(match.Value, out var value) ? value : match.Value);

        /// <summary>Local names for what a script uses beside numbers and texts.</summary>
        public IEnumerable<string> Prelude(string script)
        {
            var used = new HashSet<string>(Name.Matches(script).Cast<Match>().Select(match => match.Value), StringComparer.Ordinal);
            foreach (var statement in _statements)
            {
                var members = statement.Where(member => used.Contains(member.Key) && !_values.ContainsKey(member.Key)).ToList();
                var (names, values) = (members.Select(member => member.Key), members.Select(member => member.Value));
                if (members.Count > 0)
                    yield return "local " + string.Join(", ", names) + " = " + string.Join(", ", values);
            }
        }

        public string ClientCode()
        {
            var code = new StringBuilder();
            code.Append("// <auto-generated>Made from the table of layouts when the project is built.</auto-generated>\n");
            code.Append("#nullable enable\nusing System;\n\nnamespace BudgetFirewall;\n");
            foreach (var constants in _constants.Where(constants => constants.Type.Length > 0))
                constants.Append(code);
            foreach (var layout in _layouts.Values)
                layout.Append(code);
            return code.ToString();
        }

        private void Complete(Layout layout, Constants constants)
        {
            if (constants != null)
            {
                _constants.Add(constants);
                Add(constants.Values);
            }
            if (layout == null)
                return;
            var names = new List<KeyValuePair<string, string>>
            {
                new KeyValuePair<string, string>(layout.Name, "'<" + layout.Format + "'"),
                new KeyValuePair<string, string>(layout.Name + "_SIZE", layout.Size.ToString()),
            };
            foreach (var member in layout.Fields)
            {
                var name = layout.Name + "_" + member.Name.ToUpperInvariant() + "_AT";
                names.Add(new KeyValuePair<string, string>(name, (member.Offset + 1).ToString()));
            }
            Add(names);
        }

        private void Add(List<KeyValuePair<string, string>> statement)
        {
            _statements.Add(statement);
            foreach (var member in statement.Where(member => Value.IsMatch(member.Value)))
                _values.Add(member.Key, member.Value[0] == '-' ? "(" + member.Value + ")" : member.Value);
        }

        private Field FieldOf(string name, string type, int offset)
        {
            if (_layouts.TryGetValue(type, out var inner))
                return new Field(name, type, offset, inner.Size, inner.Format, inner);
            if (type == "fingerprint")
                return new Field(name, type, offset, 16, "c16", null);
            if (!Regex.IsMatch(type, "^([uic][1-8]|c[0-9]+)$"))
                return null;
            var size = int.Parse(type.Substring(1));
            var format = type[0] == 'u' ? "I" + size : type;
            return new Field(name, type, offset, size, format, null);
        }
    }

    private sealed class Field
    {
        public Field(string name, string type, int offset, int size, string format, Layout layout) =>
            (Name, Type, Offset, Size, Format, Layout) = (name, type, offset, size, format, layout);

        public string Name { get; }

        public string Type { get; }

        public int Offset { get; }

        public int Size { get; }

        public string Format { get; }

        public Layout Layout { get; }

        public bool IsNumber => Type[0] == 'u' || Type[0] == 'i';

        public bool IsLetter => Type == "c1";

        public bool IsAmount => Type == "AMOUNT" || Type == "SIGNED_AMOUNT";

        public Field Moved(int offset) => new Field(Name, Type, Offset + offset, Size, Format, Layout);
    }

    private sealed class Layout
    {
        public Layout(string name) => Name = name;

        public string Name { get; }

        public List<Field> Fields { get; } = new List<Field>();

        public int Size => Fields.Sum(member => member.Size);

        public string Format => string.Concat(Fields.Select(member => member.Format));

        /// <summary>The fields, those of inner layouts in their place. An amount is one field.</summary>
        private IEnumerable<Field> Leaves => Fields.SelectMany(member =>
            member.Layout == null || member.IsAmount ? new[] { member } : member.Layout.Leaves.Select(leaf => leaf.Moved(member.Offset)));

        public void Append(StringBuilder code)
        {
            var leaves = Leaves.ToList();
            code.Append("\ninternal static class ").Append(Pascal(Name)).Append("Layout\n{\n");
            code.Append("    public const int Size = ").Append(Size).Append(";\n");
            foreach (var leaf in leaves.Where(leaf => leaf.Format[0] == 'c'))
                code.Append("    public const int ").Append(Pascal(leaf.Name)).Append("Size = ").Append(leaf.Size).Append(";\n");
            foreach (var leaf in leaves)
                AppendReading(code, leaf);
            // Texts of more than a letter are put together by the scripts alone.
            if (leaves.All(leaf => leaf.Type[0] != 'c' || leaf.IsLetter))
                AppendWriting(code, leaves);
            code.Append("}\n");
        }

        private static void AppendReading(StringBuilder code, Field leaf)
        {
            var slice = "bytes.Slice(" + leaf.Offset + ", " + leaf.Size + ")";
            var value = !leaf.IsNumber ? slice : (leaf.Type[0] == 'u' ? "PackedNumber.Unsigned(" : "PackedNumber.Signed(") + slice + ")";
            code.Append("\n    public static ").Append(leaf.IsNumber ? "long " : "ReadOnlySpan<byte> ").Append(Pascal(leaf.Name));
            code.Append("(ReadOnlySpan<byte> bytes) => ").Append(value).Append(";\n");
        }

        private static void AppendWriting(StringBuilder code, List<Field> leaves)
        {
            var parameters = leaves.Select(leaf => (leaf.Type == "fingerprint" ? "UInt128 " : leaf.IsLetter ? "char " : "long ") + Camel(leaf.Name));
            code.Append("\n    public static void Write(ref PackedWriter packed, ").Append(string.Join(", ", parameters)).Append(")\n    {\n");
            foreach (var leaf in leaves)
            {
                var method = leaf.Type == "fingerprint" ? "Fingerprint" : leaf.Type == "AMOUNT" ? "Amount" : leaf.IsAmount ? "SignedAmount" : leaf.IsLetter ? "Letter" : "Number";
                var size = leaf.IsNumber ? ", " + leaf.Size : "";
                code.Append("        packed.").Append(method).Append('(').Append(Camel(leaf.Name)).Append(size).Append(");\n");
            }
            code.Append("    }\n");
        }
    }

    private sealed class Constants
    {
        public Constants(string type) => Type = type;

        public string Type { get; }

        public List<KeyValuePair<string, string>> Values { get; } = new List<KeyValuePair<string, string>>();

        public void Append(StringBuilder code)
        {
            code.Append('\n').Append(Type).Append("\n{\n");
            foreach (var value in Values)
            {
                var text = value.Value.Trim('\'');
                var constant = value.Value[0] != '\'' ? "long " + Pascal(value.Key) + " = " + value.Value
                    : text.Length == 1 ? "char " + Pascal(value.Key) + " = '" + text + "'"
                    : "string " + Pascal(value.Key) + " = \"" + text + "\"";
                code.Append("    public const ").Append(constant).Append(";\n");
            }
            code.Append("}\n");
        }
    }

    private static string Pascal(string name) =>
        string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word.Substring(1).ToLowerInvariant()));

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + Pascal(name).Substring(1);
}
