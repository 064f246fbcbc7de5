using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>An answer as problem details.</summary>
internal sealed class ProblemReply(ProblemDetails problem, long? retryAfterSeconds = null) : IResult
{
    private BudgetDecision? _denial;

    public static ProblemReply Denied(BudgetDecision decision)
    {
        var problem = DenialAnswer.Problem(decision);
        Problems.Extend(problem, DecisionReply.Of(decision), ServiceJson.Default.DecisionReply);
        return new(problem) { _denial = decision };
    }

    public static ProblemReply NotFound(string detail, long? retryAfterSeconds = null) => new(
        new()
        {
            Status = StatusCodes.Status404NotFound,
            Type = ProblemTypes.NotFound,
            Title = "There is no such thing.",
            Detail = detail,
        },
        retryAfterSeconds);

    public static ProblemReply Exists(string kind, string detail) => new(new()
    {
        Status = StatusCodes.Status409Conflict,
        Type = ProblemTypes.AlreadyExists,
        Title = $"The {kind} exists already.",
        Detail = DisplayText.Escape(detail),
    });

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (retryAfterSeconds is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (_denial is not null)
            DenialAnswer.WriteHeaders(httpContext.Response, _denial);
        return Problems.WriteAsync(httpContext, problem);
    }
}
