using System.CommandLine;
using System.Text;
using System.Text.Json;

namespace BudgetFirewall.Tool;

/// <summary><c>export</c>: the entries of the ledger, one a line.</summary>
internal static class ExportCommand
{
    public static Command Make(Connection connection)
    {
        var from = Given.Moment("--from", "The first moment. Default: all that the ledger has.");
        var to = Given.Moment("--to", "The first moment that is not exported any more. Default: now.");
        var kinds = new Option<string[]>("--kind") { Description = "A kind of entries, as charge or denial; may be repeated. Default: all.", HelpName = "KIND", DefaultValueFactory = _ => [] };
        kinds.CompletionSources.Add([.. Enum.GetValues<LedgerEntryKind>().Select(Texts.Of)]);
        var scopes = Given.Scopes("--scope", "Only entries with this scope, as user=alice; may be repeated.");
        var format = Given.Member<ExportFormat>("--format", "The form of the file. Default: jsonl. One of");
        var file = new Option<FileInfo?>("--output", "-o") { Description = "The file to write. It is there only when it is whole. Default: the output.", HelpName = "FILE" };
        var account = new Option<string?>("--billing-account") { Description = "Of a FOCUS file: whose bill it is.", HelpName = "ID" };
        var command = new Command("export", "Writes the entries of the ledger, the newest first.") { from, to, kinds, scopes, format, file, account };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var question = new ExportQuestion(parsed.GetValue(from), parsed.GetValue(to), [.. parsed.GetValue(kinds)!.Select(kind => Texts.Member<LedgerEntryKind>(kind, "--kind"))], parsed.GetValue(scopes)!);
            var form = parsed.GetValue(format) ?? ExportFormat.Jsonl;
            var rows = parsed.GetValue(file) is { } target
                ? await Screen.WhileWorkingAsync("Exporting", _ => ToFileAsync(target, writer => WriteAsync(backend, question, form, parsed.GetValue(account), writer, cancellationToken)))
                : await WriteAsync(backend, question, form, parsed.GetValue(account), screen.Output, cancellationToken);
            if (parsed.GetValue(file) is { } written && !screen.IsJson)
                screen.Line($"{Texts.Count(rows)} rows are in {written.FullName}.");
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<long> WriteAsync(IBackend backend, ExportQuestion question, ExportFormat format, string? account, TextWriter writer, CancellationToken cancellationToken)
    {
        if (format == ExportFormat.Focus)
            return await backend.WriteFocusAsync(question, account ?? throw new ToolException(ExitCode.BadInput, "FOCUS needs --billing-account ID, which says whose bill it is."), writer, cancellationToken);
        var rows = 0L;
        if (format == ExportFormat.Csv)
            await writer.WriteAsync(Csv.Line(EntryAnswer.Columns));
        await foreach (var entry in backend.ReadEntriesAsync(question, cancellationToken))
        {
            await writer.WriteAsync(format == ExportFormat.Csv ? Csv.Line(entry.Cells) : JsonSerializer.Serialize(entry, AnswerJson.Readable.EntryAnswer) + "\n");
            rows++;
        }
        return rows;
    }

    private static async Task<long> ToFileAsync(FileInfo file, Func<TextWriter, Task<long>> write)
    {
        var unfinished = file.FullName + ".part";
        try
        {
            long rows;
            await using (var writer = new StreamWriter(unfinished, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
                rows = await write(writer);
            File.Move(unfinished, file.FullName, overwrite: true);
            return rows;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
