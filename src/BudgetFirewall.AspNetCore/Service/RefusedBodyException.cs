using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A body is refused as a whole, before it is looked into.</summary>
internal sealed class RefusedBodyException(ProblemDetails problem) : Exception(problem.Detail)
{
    public ProblemDetails Problem { get; } = problem;

    public static RefusedBodyException TooLarge(int maxBytes) => new(new()
    {
        Status = StatusCodes.Status413PayloadTooLarge,
        Type = ProblemTypes.TooLarge,
        Title = "The body is too large.",
        Detail = $"A body may have {maxBytes} bytes at most.",
    });

    public static RefusedBodyException MediaType() => new(new()
    {
        Status = StatusCodes.Status415UnsupportedMediaType,
        Type = ProblemTypes.MediaType,
        Title = "The body must be JSON.",
        Detail = "The Content-Type must be application/json, in UTF-8.",
    });

    public static RefusedBodyException Encoding() => new(new()
    {
        Status = StatusCodes.Status415UnsupportedMediaType,
        Type = ProblemTypes.MediaType,
        Title = "The body must not be encoded.",
        Detail = "The Content-Encoding must be identity, or absent.",
    });
}
