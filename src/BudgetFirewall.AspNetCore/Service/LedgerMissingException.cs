using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A call is about the ledger, and the firewall has none.</summary>
internal sealed class LedgerMissingException() : Exception(
    "The firewall keeps no ledger. The application switches one on where it registers the firewall: services.AddBudgetFirewall(…).UseSqliteLedger(\"Data Source=ledger.db\"), or UsePostgresLedger.")
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status501NotImplemented,
        Type = ProblemTypes.LedgerMissing,
        Title = "There is no ledger.",
        Detail = Message,
    };
}
