using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;

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
        new SocketException((int)SocketError.ConnectionReset),
        new TimeoutRejectedException("the pipeline's own time-out"),
    ];

    public static TheoryData<Exception> SayingNothing =>
    [
        new InvalidOperationException("The requested operation requires an element of type 'Object', but the target element has type 'Array'."),
        new ArgumentException("an item of the answer"),
        new NotSupportedException(),
        new ClientResultException("no status", status: 0),
    ];

    public static TheoryData<Exception> Answered =>
    [
        new JsonException("no JSON"),
        new FormatException(),
        new KeyNotFoundException(),
        new ArgumentOutOfRangeException("value", "weird", "Unknown ChatFinishReason value."),
        new ClientResultException("not what was expected", status: 200),
        new HttpRequestException("not what was expected", null, HttpStatusCode.OK),
        new InvalidOperationException("An SDK around it", new JsonException("no JSON")),
        new AggregateException("Retry failed after 2 tries", new ClientResultException("refused", status: 503), new JsonException("no JSON")),
        new ChargeUnconfirmedException("A guard within made the call."),
    ];

    public static TheoryData<Exception> CannotHaveBeenMade =>
    [
        new HttpRequestException(HttpRequestError.NameResolutionError),
        new HttpRequestException(HttpRequestError.ConnectionError),
        new HttpRequestException(HttpRequestError.SecureConnectionError),
        new HttpRequestException("refused", null, HttpStatusCode.TooManyRequests),
        new HttpRequestException("failed", null, HttpStatusCode.InternalServerError),
        new ClientResultException("The SDK says 401.", status: 401),
        new ClientResultException("The SDK says 503.", status: 503),
        new ClientResultException("no connection", status: 0, new HttpRequestException(HttpRequestError.ConnectionError)),
        new ApiException(HttpStatusCode.TooManyRequests),
        new HidingException(429),
        new InvalidOperationException("An SDK around another", new ApiException(HttpStatusCode.BadRequest)),
        new SocketException((int)SocketError.ConnectionRefused),
        new AuthenticationException(),
        new CredentialUnavailableException("no token"),
        new RateLimiterRejectedException("the client's own limit"),
        new UnknownPriceException("provider", "model"),
        new AggregateException(new HttpRequestException(HttpRequestError.ConnectionError), new HttpRequestException(HttpRequestError.NameResolutionError)),
        new BrokenCircuitException("The circuit is open", new HttpRequestException("what opened it")),
        new IsolatedCircuitException("The circuit is held open", new TimeoutException("what opened it")),
        new InvalidOperationException("The SDK says that it did not connect", new HttpRequestException(HttpRequestError.ConnectionError)),
        new InvalidOperationException("The SDK says 429.", new HttpRequestException("refused", null, HttpStatusCode.TooManyRequests)),
        new BudgetExceededException(new BudgetDecision { Outcome = DecisionOutcome.BudgetExceeded }),
    ];

    [Theory]
    [MemberData(nameof(MayHaveBeenMade))]
    public void A_call_that_broke_off_may_have_been_made(Exception exception)
    {
        CallFailure.MayHaveBeenMade(exception).Should().BeTrue();
        CallFailure.MayHaveBeenSent(exception).Should().BeTrue();
    }

    // An SDK that throws something of its own may do so after it was answered.
    [Theory]
    [MemberData(nameof(SayingNothing))]
    public void A_call_of_which_nothing_is_known_may_have_been_made_but_was_not_seen_to_be_sent(Exception exception)
    {
        CallFailure.MayHaveBeenMade(exception).Should().BeTrue();
        CallFailure.MayHaveBeenSent(exception).Should().BeFalse();
        CallFailure.WasAnswered(exception).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(CannotHaveBeenMade))]
    public void A_call_that_was_refused_or_not_sent_was_not_made(Exception exception)
    {
        CallFailure.MayHaveBeenMade(exception).Should().BeFalse();
        CallFailure.MayHaveBeenSent(exception).Should().BeFalse();
        CallFailure.WasAnswered(exception).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public void A_call_whose_answer_could_not_be_read_was_made_and_answered(Exception exception)
    {
        CallFailure.MayHaveBeenMade(exception).Should().BeTrue();
        CallFailure.MayHaveBeenSent(exception).Should().BeTrue();
        CallFailure.WasAnswered(exception).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(MayHaveBeenMade))]
    public void Of_a_call_that_broke_off_no_answer_is_known(Exception exception) => CallFailure.WasAnswered(exception).Should().BeFalse();

    // As Polly names them.
    private class BrokenCircuitException(string message, Exception cause) : Exception(message, cause);

    private sealed class IsolatedCircuitException(string message, Exception cause) : BrokenCircuitException(message, cause);

    private sealed class RateLimiterRejectedException(string message) : Exception(message);

    private sealed class TimeoutRejectedException(string message) : Exception(message);

    // As Azure.Identity names it.
    private sealed class CredentialUnavailableException(string message) : Exception(message);

    // As System.ClientModel and others tell the status.
    private sealed class ClientResultException(string message, int status, Exception? cause = null) : Exception(message, cause)
    {
        public int Status { get; } = status;
    }

    private class ApiException(HttpStatusCode? status) : Exception
    {
        public HttpStatusCode? StatusCode { get; } = status;
    }

    private sealed class HidingException(int status) : ApiException(status: null)
    {
        public new int StatusCode { get; } = status;
    }
}
