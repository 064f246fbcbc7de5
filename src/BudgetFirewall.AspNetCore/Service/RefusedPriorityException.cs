using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A caller has named a priority that it may not use.</summary>
internal sealed class RefusedPriorityException(string priority) : Exception(DisplayText.Escape($"The caller may not use the priority '{priority}'."))
{
    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status403Forbidden,
        Type = ProblemTypes.PriorityNotAllowed,
        Title = "The priority is not allowed.",
        Detail = Message,
    };
}
