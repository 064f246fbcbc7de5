using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A call is about subscriptions to events, and the firewall has none.</summary>
internal sealed class EventsMissingException() : Exception(
    "The firewall tells its events to no subscriptions. The application switches that on where it registers the firewall: services.AddBudgetFirewall(…).UseSqliteLedger(\"Data Source=ledger.db\").AddEventSubscriptions().")
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status501NotImplemented,
        Type = ProblemTypes.EventsMissing,
        Title = "There are no subscriptions to events.",
        Detail = Message,
    };
}
