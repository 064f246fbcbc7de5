using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Authentication;
using System.Text.Json;

namespace BudgetFirewall;

/// <summary>Classifies the exception in which a call ended. A call counts as paid for unless the exception shows that the provider did not do it.</summary>
public static class CallFailure
{
    // The types are known by name, because this library depends on none of their packages.
    private static readonly string[] NotSentNames =
    [
        "BrokenCircuitException", "RateLimiterRejectedException", "RateLimitRejectedException", "BulkheadRejectedException",   // Polly
        "AuthenticationFailedException", "CredentialUnavailableException",                                                    // Azure.Identity
    ];

    private static readonly string[] TimedOutNames = ["TimeoutRejectedException"];   // Polly

    private static readonly string[] UnreadableNames = ["AnthropicInvalidDataException"];

    private static readonly string[] StatusNames = ["Status", "StatusCode", "HttpStatusCode"];

    private enum Knowledge
    {
        NotPaid,
        Nothing,
        MayBeMade,
        Answered,
    }

    /// <summary>
    /// True when the provider may have done the call, so that it may be paid for. False when it is known that it cannot have done it, or has refused it:
    /// no name, no connection, no TLS, no credentials, a status of 400 or above, an open circuit breaker or another limit of the client's own, a denial by a firewall.
    /// Everything else is true: time-outs, cancellation, connections that broke, and whatever an SDK throws that cannot read an answer of status 200.
    /// An exception that wraps another is classified by the inner one, unless it has a status itself. For several exceptions, one that may have been paid for
    /// is enough.
    /// </summary>
    /// <remarks>The status is that of <see cref="HttpRequestException"/>, or of a property <c>Status</c>, <c>StatusCode</c> or <c>HttpStatusCode</c>, as the exceptions of providers' SDKs have one.</remarks>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static bool MayHaveBeenMade(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return KnownOf(exception) is not Knowledge.NotPaid;
    }

    /// <summary>
    /// True when the exception is one of a request under way, or of an answer: time-outs, cancellation, connections that broke, a status below 400, an answer that could not be read.
    /// False when <see cref="MayHaveBeenMade"/> is false, and also for exceptions that say nothing about the network: around an <see cref="HttpClient"/> such exceptions come from message handlers, not from an SDK that reads answers.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static bool MayHaveBeenSent(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return KnownOf(exception) is Knowledge.MayBeMade or Knowledge.Answered;
    }

    /// <summary>
    /// True when the provider has answered, as far as the exception tells, and the answer could not be read: a status below 400, no JSON or other JSON than expected, a value that an SDK does not know.
    /// Such a call is paid for with its answer. It implies the other two.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static bool WasAnswered(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return KnownOf(exception) is Knowledge.Answered;
    }

    /// <summary>
    /// Reads what the provider has said of its own limits from the exception in which a call ended: the status that the exception or one inside it carries, and the headers, where the SDK's exceptions give
    /// access to the answer by a method <c>GetRawResponse</c>. A denial by a firewall says nothing of a provider.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <param name="timeProvider">The clock by which times of day in headers are understood; null: the system's.</param>
    /// <returns>Null when the exception says nothing that a limit could follow.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public static ProviderSignal? SignalOf(Exception exception, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var cause = exception; cause is not null and not BudgetFirewallException; cause = cause is AggregateException { InnerExceptions: [.., var last] } ? last : cause.InnerException)
        {
            // An open circuit carries the failure that opened it, which was another call's.
            if (IsAny(NotSentNames, cause.GetType()))
                return null;
            if ((cause is HttpRequestException { StatusCode: { } code } ? (int)code : StatusOf(cause)) is { } status)
                return ProviderSignal.FromHeaders(status, name => RawResponse.HeaderOf(cause, name), timeProvider);
        }
        return null;
    }

    private static Knowledge KnownOf(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: { } status } => OfStatus((int)status),
        HttpRequestException http => IsNotSent(http.HttpRequestError) ? Knowledge.NotPaid : Knowledge.MayBeMade,
        OperationCanceledException or TimeoutException or IOException => Knowledge.MayBeMade,
        SocketException socket => socket.SocketErrorCode is SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable
            ? Knowledge.NotPaid
            : Knowledge.MayBeMade,
        AuthenticationException => Knowledge.NotPaid,
        // Exceptions of reading an answer. Requests are seldom read.
        JsonException or FormatException or InvalidDataException or KeyNotFoundException or ArgumentOutOfRangeException or IndexOutOfRangeException => Knowledge.Answered,
        // One guard inside another: an unconfirmed charge belongs to a call that was made.
        ChargeUnconfirmedException => Knowledge.Answered,
        BudgetFirewallException => Knowledge.NotPaid,
        // A provider's SDK that has tried several times.
        AggregateException { InnerExceptions.Count: > 0 } several => several.InnerExceptions.Max(KnownOf),
        // An open circuit carries the failure that opened it, which was another call's.
        _ when IsAny(NotSentNames, exception.GetType()) => Knowledge.NotPaid,
        _ when IsAny(TimedOutNames, exception.GetType()) => Knowledge.MayBeMade,
        _ when IsAny(UnreadableNames, exception.GetType()) => Knowledge.Answered,
        _ when StatusOf(exception) is { } status => OfStatus(status),
        // SDKs wrap the failures of their transport, resilience libraries the cancellation that their own time-out has caused.
        _ => exception.InnerException is { } cause ? KnownOf(cause) : Knowledge.Nothing,
    };

    private static Knowledge OfStatus(int status) => status < (int)HttpStatusCode.BadRequest ? Knowledge.Answered : Knowledge.NotPaid;

    private static bool IsAny(string[] names, Type? type) => type is not null && (names.Contains(type.Name, StringComparer.Ordinal) || IsAny(names, type.BaseType));

    private static bool IsNotSent(HttpRequestError error) => error is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError
        or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported;

    /// <summary>The HTTP status that the exception of an SDK carries; null for none.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "A property that was trimmed away tells nothing, as one that does not exist: the call then counts as made.")]
    private static int? StatusOf(Exception exception)
    {
        // Each type by itself: one that hides a property of its base would be ambiguous.
        for (var type = exception.GetType(); type is not null && type != typeof(Exception); type = type.BaseType)
        {
            foreach (var name in StatusNames)
            {
                if (Read(type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly), exception) is var status and >= 100 and <= 599)
                    return status;
            }
        }
        return null;
    }

    private static int? Read(PropertyInfo? property, Exception exception)
    {
        if (property is null || property.GetIndexParameters().Length > 0)
            return null;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type != typeof(int) && type != typeof(HttpStatusCode))
            return null;
        try
        {
            return property.GetValue(exception) is { } value ? (int)value : null;
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }
}
