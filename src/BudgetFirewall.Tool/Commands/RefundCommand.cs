using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>refund</c>: gives back what was charged.</summary>
internal static class RefundCommand
{
    public static Command Make(Connection connection)
    {
        var operation = new Argument<string?>("operation") { Description = "The id of the operation that was charged.", Arity = ArgumentArity.ZeroOrOne };
        var entry = new Option<string?>("--entry") { Description = "The id of the charge's entry, in place of the operation.", HelpName = "ID" };
        var correction = new Option<string>("--correction-id") { Description = "Your own id, as the number of a credit note: the same one again changes nothing.", HelpName = "ID", Required = true };
        var amount = Given.Amount("--amount", "How much is given back. Default: all that is left.");
        var cost = Given.Amount("--cost", "The true cost, in place of an amount: what the charge was more is given back.");
        var reason = new Option<string?>("--reason") { Description = "The reason, for people who read of it later.", HelpName = "TEXT" };
        var command = new Command("refund", "Gives back a part or all of a charge, once.") { operation, entry, correction, amount, cost, reason };
        command.Validators.Add(result =>
        {
            if (result.GetValue(operation) is null == result.GetValue(entry) is null)
                result.AddError("Name the charge: by its operation, or by --entry.");
            if (result.GetResult(amount) is not null && result.GetResult(cost) is not null)
                result.AddError("--amount and --cost cannot both be given.");
        });
        connection.Bind(command, async (parsed, backend, screen, cancellationToken) =>
        {
            var refund = await backend.RefundAsync(
                new(parsed.GetValue(operation), parsed.GetValue(entry), parsed.GetValue(correction)!, parsed.GetValue(amount), parsed.GetValue(cost), parsed.GetValue(reason), connection.By(parsed)), cancellationToken);
            if (screen.IsJson)
                screen.Json(refund, AnswerJson.Readable.RefundAnswer);
            else
                screen.Line($"{refund.Amount} {refund.Currency} given back of {refund.OperationId}, {refund.Cost} left{(refund.IsReplay ? "; this was done before" : "")}.");
            return ExitCode.Done;
        });
        return command;
    }
}
