using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A call is about anomalies, and the firewall looks for none.</summary>
internal sealed class AnomaliesMissingException() : Exception(
    "The firewall does not look for anomalies. The application switches that on where it registers the firewall: services.AddBudgetFirewall(…).UseSqliteLedger(\"Data Source=ledger.db\").AddAnomalyDetection().")
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status501NotImplemented,
        Type = ProblemTypes.AnomaliesMissing,
        Title = "Anomalies are not looked for.",
        Detail = Message,
    };
}
