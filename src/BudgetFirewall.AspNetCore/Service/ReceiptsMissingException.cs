using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A call is about receipts, and the ledger of the firewall has none.</summary>
internal sealed class ReceiptsMissingException() : Exception(
    "The ledger of the firewall has no receipts. The application switches them on where it registers the ledger: UseSqliteLedger(\"Data Source=ledger.db\", options => options.Receipts = new() { Origin = …, Signer = … }).")
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status501NotImplemented,
        Type = ProblemTypes.ReceiptsMissing,
        Title = "There are no receipts.",
        Detail = Message,
    };
}
