using System.Text.Json;
using System.Text.Json.Nodes;
using BudgetFirewall.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>Answers calls that fail.</summary>
internal static class ServiceFaults
{
    private const long RetrySeconds = 1;

    /// <summary>Runs a call and answers its failures; unforeseen exceptions are not caught.</summary>
    public static async ValueTask<object?> AnswerAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (call.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (BadHttpRequestException e)
        {
            return new ProblemReply(Problem(e.StatusCode, ProblemTypes.BadRequest, "The request is not well-formed.", e.Message));
        }
        catch (IOException)
        {
            // The connection broke while the body was read: there is nobody left to answer, and nothing left to drain.
            call.HttpContext.Abort();
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (TooManyReservationsException e)
        {
            return new ProblemReply(e.Problem, Amounts.CeilingSeconds(e.RetryAfter));
        }
        catch (Exception e) when (ProblemOf(e) is { } problem)
        {
            return new ProblemReply(problem, problem.Status == StatusCodes.Status503ServiceUnavailable ? RetrySeconds : null);
        }
    }

    /// <summary>The problem of a failure; null for one that is not foreseen.</summary>
    public static ProblemDetails? ProblemOf(Exception exception) => exception switch
    {
        RefusedBodyException refused => refused.Problem,
        RefusedPriorityException refused => refused.Problem,
        LedgerMissingException missing => missing.Problem,
        EventsMissingException missing => missing.Problem,
        ReceiptsMissingException missing => missing.Problem,
        AnomaliesMissingException missing => missing.Problem,
        FieldException fault => Field(fault.Field, fault.Message),
        UnknownPriceException unknown => Field(FieldOf(unknown), unknown.Message),
        ArgumentException fault => Field(FieldException.WireName(fault.ParamName), PlainMessage.Of(fault)),
        OperationConflictException conflict => Problem(StatusCodes.Status409Conflict, ProblemTypes.Conflict, "The operation was done before with other content.", conflict.Message),
        NothingUsedException unused => Problem(StatusCodes.Status409Conflict, ProblemTypes.NothingUsed, "Nobody has used anything.", unused.Message),
        BudgetOverflowException overflow => Problem(StatusCodes.Status409Conflict, ProblemTypes.Conflict, "The total would be too large.", overflow.Message),
        ApprovalNotFoundException missing => Problem(StatusCodes.Status404NotFound, ProblemTypes.NotFound, "There is no such approval.", missing.Message),
        ApprovalConflictException ended => Ended(ended),
        SecondPersonRequiredException refused => Problem(StatusCodes.Status403Forbidden, ProblemTypes.SecondPersonRequired, "Somebody else must approve.", refused.Message),
        ReservationNotFoundException missing => Problem(StatusCodes.Status404NotFound, ProblemTypes.NotFound, "There is no such reservation.", missing.Message),
        ChargeNotFoundException missing => Problem(StatusCodes.Status404NotFound, ProblemTypes.NotFound, "There is no such charge.", missing.Message),
        CorrectionTooLargeException refused => Problem(StatusCodes.Status409Conflict, ProblemTypes.CorrectionTooLarge, "Less is left of the charge.", refused.Message),
        ChargeUnconfirmedException unconfirmed => Unconfirmed(unconfirmed),
        LedgerException => Problem(StatusCodes.Status503ServiceUnavailable, ProblemTypes.LedgerUnavailable, "The ledger did not answer.", "Try again later."),
        BudgetStoreException => Problem(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Of(OutcomeTraits.Of(DecisionOutcome.StoreUnavailable)), "The store of budgets did not answer.", "Try again later."),
        _ => null,
    };

    /// <summary>The name of the field whose value has no price.</summary>
    public static string FieldOf(UnknownPriceException unknown) => unknown.Model is null ? "provider" : "model";

    private static ProblemDetails Field(string field, string message)
    {
        field = field.Length == 0 ? "request" : field;
        var problem = Problem(StatusCodes.Status400BadRequest, ProblemTypes.BadRequest, "The request is not valid.", message);
        var errors = new JsonObject { [field] = new JsonArray(JsonValue.Create(message)) };
        problem.Extensions["errors"] = JsonSerializer.SerializeToElement(errors, ServiceJson.Default.JsonObject);
        return problem;
    }

    private static ProblemDetails Unconfirmed(ChargeUnconfirmedException unconfirmed)
    {
        var problem = Problem(
            StatusCodes.Status503ServiceUnavailable,
            ProblemTypes.Unconfirmed,
            "The store did not confirm.",
            "Repeat the call with the same operationId, or the same reservation, until it is confirmed; it happens once at most.");
        var details = new UnconfirmedDetails
        {
            OperationId = unconfirmed.OperationId,
            ReservationId = unconfirmed.ReservationId,
            MayHaveHappened = unconfirmed.MayHaveHappened,
        };
        Problems.Extend(problem, details, ServiceJson.Default.UnconfirmedDetails);
        return problem;
    }

    private static ProblemDetails Ended(ApprovalConflictException ended)
    {
        var problem = Problem(StatusCodes.Status409Conflict, ProblemTypes.ApprovalEnded, "The approval has ended already.", ended.Message);
        Problems.Extend(problem, ApprovalReply.Of(ended.Approval), ServiceJson.Default.ApprovalReply);
        return problem;
    }

    private static ProblemDetails Problem(int status, string type, string title, string detail) =>
        new() { Status = status, Type = type, Title = title, Detail = DisplayText.Escape(detail) };
}
