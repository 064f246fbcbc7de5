using System.Buffers;

namespace BudgetFirewall;

/// <summary>Counts a response's content as the caller reads it, and charges the call once when that has ended.</summary>
internal sealed class HttpBill(GuardedCall call, HttpCallRules rules, HttpResponseMessage response, MeteredRequestContent? sent)
{
    private readonly ArrayBufferWriter<byte>? _copy = rules.MaxCopiedBytes > 0 ? new() : null;
    private readonly long? _length = response.Content.Headers.ContentLength;
    private long _bytes;
    private long _upgradedBytes;
    private int _isEnded;

    /// <summary>What is charged where nothing better is known: what was expected, with the bytes as counted.</summary>
    public static BudgetUsage Expected(GuardedCall call, long requestBytes, long responseBytes) =>
        (call.Request.Usage ?? new()) with { RequestBytes = requestBytes, ResponseBytes = responseBytes };

    /// <summary>Counts bytes that the caller has sent over an upgraded connection.</summary>
    public void AddSent(int count) => Interlocked.Add(ref _upgradedBytes, count);

    /// <summary>Counts bytes that the caller has read.</summary>
    /// <returns>True when they were the last ones.</returns>
    public bool Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        _bytes += bytes.Length;
        var room = rules.MaxCopiedBytes - (_copy?.WrittenCount ?? 0);
        if (room > 0)
            _copy?.Write(bytes[..Math.Min(room, bytes.Length)]);
        return _bytes == _length;
    }

    /// <summary>Charges the call; the first time counts.</summary>
    public async ValueTask EndAsync(bool isComplete, bool isCallerWaiting)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
            return;
        var usage = ReadUsage(isComplete);
        var isEstimated = usage is null && (rules.ReadsUsage || !isComplete);
        await call.CommitAsync(usage ?? Expected(call, RequestBytes, _bytes), isEstimated, isCallerWaiting).ConfigureAwait(false);
    }

    private long RequestBytes => (sent?.Bytes ?? 0) + Interlocked.Read(ref _upgradedBytes);

    private BudgetUsage? ReadUsage(bool isComplete)
    {
        if (!rules.ReadsUsage)
            return null;
        var body = _copy?.WrittenMemory ?? default;
        var requestBytes = RequestBytes;
        var usage = rules.ReadUsage(new(response, body, isComplete && body.Length == _bytes, requestBytes, _bytes));
        return usage is null ? null : usage with
        {
            RequestBytes = usage.RequestBytes == 0 ? requestBytes : usage.RequestBytes,
            ResponseBytes = usage.ResponseBytes == 0 ? _bytes : usage.ResponseBytes,
        };
    }
}
