using System.Net;

namespace BudgetFirewall;

/// <summary>What an exception tells of a call that ended in it.</summary>
public static class CallFailure
{
    /// <summary>
    /// True when the provider may have done the call, so that it may be paid for: time-outs, cancellation and connections that broke. False when it cannot have done it, or has refused it:
    /// no name, no connection, no TLS, a status of 400 or above, an open circuit breaker, and exceptions of all other kinds, as of a provider's SDK.
    /// An exception around another one tells what that one tells; of several exceptions one is enough.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static bool MayHaveBeenMade(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            HttpRequestException { StatusCode: { } status } => status < HttpStatusCode.BadRequest,
            HttpRequestException http => MayHaveBeenSent(http.HttpRequestError),
            OperationCanceledException or TimeoutException or IOException => true,
            // A provider's SDK that has tried several times.
            AggregateException several => several.InnerExceptions.Any(MayHaveBeenMade),
            // An open circuit carries the failure that opened it, which was another call's.
            _ when IsOpenCircuit(exception.GetType()) => false,
            // SDKs wrap the failures of their transport, resilience libraries the cancellation that their own time-out has caused.
            _ => exception.InnerException is { } cause && MayHaveBeenMade(cause),
        };
    }

    // By its name, which it has in Polly: this library depends on none.
    private static bool IsOpenCircuit(Type? type) => type is not null && (type.Name == "BrokenCircuitException" || IsOpenCircuit(type.BaseType));

    private static bool MayHaveBeenSent(HttpRequestError error) => error is not (
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError
        or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported);
}
