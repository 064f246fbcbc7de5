using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Adds to endpoints the answers that several of them have in common, for the OpenAPI document.</summary>
internal static class EndpointDescriptions
{
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder endpoint) where TBody : notnull => endpoint
        .Accepts<TBody>("application/json")
        .Reads();

    /// <summary>Describes an endpoint that reads a body, and may refuse it.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>Describes an endpoint whose call may be denied, or may repeat an operation with other content.</summary>
    public static RouteHandlerBuilder Decides(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status402PaymentRequired)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Describes an endpoint whose call is never denied, but may remain unconfirmed, or may repeat an operation with other content.</summary>
    public static RouteHandlerBuilder Records(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Describes an endpoint whose path names something that may not exist.</summary>
    public static RouteHandlerBuilder Finds(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>Describes an endpoint that needs an answer of the store.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Describes an endpoint that answers nothing where the firewall keeps no ledger.</summary>
    public static RouteHandlerBuilder NeedsLedger(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status501NotImplemented);

    public static void Is(this RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithSummary(summary);
}
