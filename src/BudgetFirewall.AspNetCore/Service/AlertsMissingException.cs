using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A call is about alerts, and the firewall makes none.</summary>
internal sealed class AlertsMissingException() : Exception(
    "The firewall makes no alerts. The application switches that on where it registers the firewall: services.AddBudgetFirewall(…).AddAlerts().")
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status501NotImplemented,
        Type = ProblemTypes.AlertsMissing,
        Title = "There are no alerts.",
        Detail = Message,
    };
}
