using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>The call that replays the ledger against another configuration. One goes on at a time, as it takes a processor for as long as it takes.</summary>
internal sealed class WhatIfCalls(BudgetServiceOptions options)
{
    private const long RetrySeconds = 10;

    private int _isRunning;

    public async Task<IResult> ReplayAsync(HttpContext context, string? partition)
    {
        var ledger = LedgerAccess.ForReading(context, options);
        var checkedPartition = ledger.Checked(context, partition);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.WhatIfBody, options.MaxBodyBytes).ConfigureAwait(false);
        var request = body.ToRequest(checkedPartition);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            return Busy();
        try
        {
            await ledger.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            var report = await WhatIf.RunAsync(ledger.Ledger, request, progress: null, context.RequestAborted).ConfigureAwait(false);
            return new JsonReply<WhatIfReply>(WhatIfReply.Of(report), ServiceJson.Default.WhatIfReply);
        }
        catch (OptionsValidationException e)
        {
            throw new FieldException("configuration", string.Join(' ', e.Failures));
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private static ProblemReply Busy() => new(
        new ProblemDetails
        {
            Status = StatusCodes.Status429TooManyRequests,
            Type = ProblemTypes.Busy,
            Title = "Another replay is going on.",
            Detail = "One replay goes on at a time. Try again when it has ended.",
        },
        RetrySeconds);
}
