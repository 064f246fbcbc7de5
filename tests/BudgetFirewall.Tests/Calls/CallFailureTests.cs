using System.Net;

namespace BudgetFirewall.Tests.Calls;

public sealed class CallFailureTests
{
    public static TheoryData<Exception> MayHaveBeenMade =>
    [
        new OperationCanceledException(),
        new TaskCanceledException("The client's time-out", new TimeoutException()),
        new TimeoutException(),
        new IOException(),
        new HttpRequestException("no further details"),
        new HttpRequestException(HttpRequestError.ResponseEnded),
        new HttpRequestException(HttpRequestError.InvalidResponse),
        new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded),
        new InvalidOperationException("A library's own time-out", new OperationCanceledException()),
        new InvalidOperationException("The SDK says that the connection broke", new HttpRequestException(HttpRequestError.ResponseEnded)),
        new InvalidOperationException("An SDK around another", new InvalidOperationException("The inner SDK", new IOException())),
        new AggregateException("Retry failed after 4 tries", new InvalidOperationException("The SDK", new HttpRequestException("no further details"))),
        new AggregateException(new HttpRequestException(HttpRequestError.ConnectionError), new HttpRequestException(HttpRequestError.ResponseEnded)),
    ];

    public static TheoryData<Exception> CannotHaveBeenMade =>
    [
        new HttpRequestException(HttpRequestError.NameResolutionError),
        new HttpRequestException(HttpRequestError.ConnectionError),
        new HttpRequestException(HttpRequestError.SecureConnectionError),
        new HttpRequestException("refused", null, HttpStatusCode.TooManyRequests),
        new HttpRequestException("failed", null, HttpStatusCode.InternalServerError),
        new InvalidOperationException("The SDK says 401."),
        new AggregateException(new HttpRequestException(HttpRequestError.ConnectionError), new HttpRequestException(HttpRequestError.NameResolutionError)),
        new BrokenCircuitException("The circuit is open", new HttpRequestException("what opened it")),
        new IsolatedCircuitException("The circuit is held open", new TimeoutException("what opened it")),
        new InvalidOperationException("The SDK says that it did not connect", new HttpRequestException(HttpRequestError.ConnectionError)),
        new InvalidOperationException("The SDK says 429.", new HttpRequestException("refused", null, HttpStatusCode.TooManyRequests)),
        new BudgetExceededException(new BudgetDecision { Outcome = DecisionOutcome.BudgetExceeded }),
    ];

    [Theory]
    [MemberData(nameof(MayHaveBeenMade))]
    public void A_call_that_broke_off_may_have_been_made(Exception exception) => Assert.True(CallFailure.MayHaveBeenMade(exception));

    [Theory]
    [MemberData(nameof(CannotHaveBeenMade))]
    public void A_call_that_was_refused_or_not_sent_was_not_made(Exception exception) => Assert.False(CallFailure.MayHaveBeenMade(exception));

    // As Polly names them.
    private class BrokenCircuitException(string message, Exception cause) : Exception(message, cause);

    private sealed class IsolatedCircuitException(string message, Exception cause) : BrokenCircuitException(message, cause);
}
