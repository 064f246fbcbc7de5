using System.Net.Http.Headers;

namespace BudgetFirewall;

/// <summary>Counts and reads a response's content as the caller reads it, and charges the call once when that has ended.</summary>
internal sealed class HttpCallMeter
{
    private readonly GuardedCall _call;
    private readonly HttpCallRules _rules;
    private readonly HttpResponseMessage _response;
    private readonly MeteredRequestContent? _sent;
    // The response may lose its content before the meter ends.
    private readonly HttpContentHeaders _headers;
    private readonly BodyCopy? _copy;
    private readonly long? _length;
    private readonly bool _reportsUsage;
    private AnswerReader? _reader;
    private long _bytes;
    private long _upgradedBytes;
    private int _isEnded;

    public HttpCallMeter(GuardedCall call, HttpCallRules rules, ApiOperation operation, HttpResponseMessage response, MeteredRequestContent? sent)
    {
        _call = call;
        _rules = rules;
        _response = response;
        _sent = sent;
        _headers = response.Content.Headers;
        _length = _headers.ContentLength;
        _copy = rules.ReadsUsage ? new(rules.MaxCopiedBytes, rules.MaxTailBytes) : null;
        _reader = rules.ReadAnswer(operation, _headers);
        _reportsUsage = rules.ReportsUsageOf(operation);
    }

    private long RequestBytes => (_sent?.Bytes ?? 0) + Interlocked.Read(ref _upgradedBytes);

    /// <summary>The expected usage with the bytes as counted, which is charged where nothing better is known.</summary>
    public static BudgetUsage Expected(GuardedCall call, long requestBytes, long responseBytes) =>
        (call.Request.Usage ?? new()) with { RequestBytes = requestBytes, ResponseBytes = responseBytes };

    /// <summary>Counts bytes that the caller has sent over an upgraded connection.</summary>
    public void AddSent(int count) => Interlocked.Add(ref _upgradedBytes, count);

    /// <summary>Counts bytes that the caller has read.</summary>
    /// <returns>True when they were the last ones, or the last that matter.</returns>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        _bytes += bytes.Length;
        _copy?.Add(bytes);
        return Read(bytes) || _bytes == _length;
    }

    /// <summary>Charges the call; the first time counts.</summary>
    public async ValueTask EndAsync(bool isComplete, bool isCallerWaiting)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
            return;
        var answer = Conclude(isComplete);
        var own = ReadUsage(isComplete || _reader is { IsComplete: true }, answer.Usage);
        if (own is null && answer.IsRefused)
        {
            await _call.ReleaseAsync().ConfigureAwait(false);
            return;
        }
        var usage = own ?? answer.Usage;
        var isEstimated = own is null && !answer.IsReported && (_reportsUsage || !isComplete);
        await _call.CommitAsync(usage is null ? Expected(_call, RequestBytes, _bytes) : WithBytes(usage), isEstimated, isCallerWaiting).ConfigureAwait(false);
    }

    // A failure of the reader must not disturb the caller's reading: that reader is given up.
    private bool Read(ReadOnlySpan<byte> bytes)
    {
        if (_reader is not { } reader)
            return false;
        try
        {
            reader.Read(bytes);
            return reader.IsComplete;
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUpReading(e);
            return false;
        }
    }

    private AnswerUsage Conclude(bool isComplete)
    {
        if (_reader is not { } reader)
            return default;
        try
        {
            if (isComplete)
                reader.End();
            var answer = reader.Conclude(_call.Request.Usage);
            if (isComplete && !answer.IsReported && !answer.IsRefused)
                _rules.UsageNotReported(reader);
            return answer;
        }
#pragma warning disable CA1031
        catch (Exception e)
#pragma warning restore CA1031
        {
            GiveUpReading(e);
            return default;
        }
    }

    private void GiveUpReading(Exception exception)
    {
        _reader = null;
        _rules.ReaderFailed(exception);
    }

    private BudgetUsage? ReadUsage(bool isComplete, BudgetUsage? read) => _copy is null
        ? null
        : _rules.ReadUsage(new(_response, _copy.Head, isComplete && _copy.Head.Length == _bytes, RequestBytes, _bytes, _copy.ToTail(), _headers, read));

    private BudgetUsage WithBytes(BudgetUsage usage) => usage with
    {
        RequestBytes = usage.RequestBytes == 0 ? RequestBytes : usage.RequestBytes,
        ResponseBytes = usage.ResponseBytes == 0 ? _bytes : usage.ResponseBytes,
    };
}
