using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>A reservation is refused because too many are open.</summary>
internal sealed class TooManyReservationsException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;

    public ProblemDetails Problem => new()
    {
        Status = StatusCodes.Status429TooManyRequests,
        Type = ProblemTypes.TooManyReservations,
        Title = "Too many open reservations.",
        Detail = Message,
    };
}
