using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>What endpoints have in common, for the OpenAPI document.</summary>
internal static class EndpointDescriptions
{
    public static RouteHandlerBuilder Takes<TBody>(this RouteHandlerBuilder endpoint) where TBody : notnull => endpoint
        .Accepts<TBody>("application/json")
        .Reads();

    /// <summary>May be sent a body that it refuses.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    /// <summary>May be denied, or repeat an operation with other content.</summary>
    public static RouteHandlerBuilder Decides(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status402PaymentRequired)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Is never denied, but may not be confirmed, or repeat an operation with other content.</summary>
    public static RouteHandlerBuilder Records(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Names something that need not exist.</summary>
    public static RouteHandlerBuilder Finds(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>Asks the store.</summary>
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static void Is(this RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithSummary(summary);
}
