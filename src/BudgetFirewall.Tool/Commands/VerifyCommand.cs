using System.CommandLine;
using BudgetFirewall.Receipts;

namespace BudgetFirewall.Tool;

/// <summary><c>verify</c>: compares the ledger with Redis, and receipts and whole ledgers with what was signed.</summary>
internal static class VerifyCommand
{
    public static Command Make(Connection connection) => new("verify", "Verifies the ledger. Ends with 1 when something is not as it should be.")
    {
        Reconciliation(connection), Ledger(connection), Receipt(connection),
    };

    private static Command Reconciliation(Connection connection)
    {
        var command = new Command("reconciliation", "Compares the ledger's sums with what Redis has counted, counter by counter.");
        connection.Bind(command, async (_, backend, screen, cancellationToken) =>
        {
            var answer = await Screen.WhileWorkingAsync("Comparing", _ => backend.ReconcileAsync(cancellationToken));
            if (screen.IsJson)
                screen.Json(answer, AnswerJson.Readable.ReconciliationAnswer);
            else if (answer.IsValid)
                screen.Line($"{answer.Counters} counters are the same in the ledger and in Redis.");
            else
                screen.Table(["counter", "scope", "period", ">recorded", ">spent", "partition"], answer.Differences.Select(difference => (IReadOnlyList<string?>)[difference.Family, difference.Scope, difference.PeriodStart is { } start ? Texts.Of(start) : null, difference.Recorded, difference.Spent, difference.Partition]));
            return answer.IsValid ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static Command Ledger(Connection connection)
    {
        var origin = new Option<string>("--origin") { Description = "The name of the log, as checkpoints have it.", HelpName = "NAME", Required = true };
        var key = PublicKey();
        key.Required = true;
        var checkpoints = new Option<DirectoryInfo?>("--checkpoints") { Description = "The folder of published checkpoints. Without it nothing tells when the end was cut off.", HelpName = "FOLDER" };
        var command = new Command("ledger", "Verifies every entry of a ledger with receipts.") { origin, key, checkpoints };
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var question = new LedgerQuestion(parsed.GetValue(origin)!, parsed.GetValue(key)!, parsed.GetValue(checkpoints));
            var answer = await Screen.WhileWorkingAsync("Verifying", _ => backend.VerifyLedgerAsync(question, cancellationToken));
            if (screen.IsJson)
            {
                screen.Json(answer, AnswerJson.Readable.LedgerAnswer);
                return answer.IsValid ? ExitCode.Done : ExitCode.No;
            }
            if (!answer.IsValid)
                screen.Table(["finding", ">leaf", "entry", "description"], answer.Findings.Select(finding => (IReadOnlyList<string?>)[finding.Kind, finding.LeafIndex is { } leaf ? Texts.Count(leaf) : null, finding.EntryId, finding.Description]));
            screen.Line($"{answer.Entries} entries and {answer.Checkpoints} checkpoints verified, {answer.Findings.Count} findings.");
            return answer.IsValid ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static Command Receipt(Connection connection)
    {
        var file = new Argument<FileInfo>("file") { Description = "The receipt, as the service or the library gave it." };
        var key = PublicKey();
        var origin = new Option<string?>("--origin") { Description = "The name of the log that it must be of. Default: any.", HelpName = "NAME" };
        var command = new Command("receipt", "Verifies one receipt: by a public key, without any connection, or by the service.") { file, key, origin };
        connection.BindAlone(command, async (parsed, screen, cancellationToken) =>
        {
            var receipt = await File.ReadAllBytesAsync(parsed.GetValue(file)!.FullName, cancellationToken);
            ReceiptAnswer answer;
            if (parsed.GetValue(key) is { } keyFile)
            {
                var pem = await File.ReadAllTextAsync(keyFile.FullName, cancellationToken);
                answer = ReceiptAnswer.Of(ReceiptVerifier.Verify(receipt, [ReceiptKey.FromPem(pem)], parsed.GetValue(origin)));
            }
            else
            {
                await using var backend = connection.Open(parsed);
                answer = await backend.VerifyReceiptAsync(receipt, cancellationToken);
            }
            if (screen.IsJson)
                screen.Json(answer, AnswerJson.Readable.ReceiptAnswer);
            else
                screen.Line(answer.IsValid ? "The receipt is valid." : $"The receipt is not valid: {answer.Reason}");
            return answer.IsValid ? ExitCode.Done : ExitCode.No;
        });
        return command;
    }

    private static Option<FileInfo> PublicKey() => new("--public-key") { Description = "The public key by which the log is signed, a PEM file.", HelpName = "FILE" };
}
