namespace BudgetFirewall.Testing;

/// <summary>The record of a fake firewall's calls, decisions and charges. Every member is called under its lock.</summary>
internal sealed class FakeLedger(TimeProvider timeProvider)
{
    private readonly Dictionary<string, FakeHold> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<(string? Scope, string Id), (BudgetRequest Request, ChargeReceipt Receipt)> _charges = [];
    private readonly FakeCharges _chargesToCorrect = new(timeProvider);
    private int _lastId;

    public List<FirewallCall> Calls { get; } = [];

    public FakeScript Script { get; } = new();

    public Func<BudgetRequest, decimal> Price { get; set; } = static request => request.Cost ?? 0;

    public decimal Charged { get; private set; }

    public IEnumerable<FakeHold> Open => _holds.Values.Where(hold => hold.IsOpen);

    public BudgetDecision Decide(FirewallCallKind kind, BudgetRequest request)
    {
        Fail(new() { Kind = kind, Request = request });
        var decision = Script.Decide(request, Price(request), request.OperationId ?? NewId());
        decimal? cost = kind == FirewallCallKind.Spend && decision is { IsAllowed: true, IsReplay: false } ? decision.Cost : null;
        if (cost is { } spent)
            Count(request, decision.OperationId, spent);
        Calls.Add(new() { Kind = kind, Request = request, Decision = decision, Cost = cost, ReservationId = kind == FirewallCallKind.Reserve ? IdOf(request, decision) : null });
        return decision;
    }

    public FakeHold Hold(BudgetRequest request, BudgetDecision decision, TimeSpan lease)
    {
        var id = IdOf(request, decision);
        if (_holds.TryGetValue(id, out var held))
            return held;
        return _holds[id] = new(id, request, decision, timeProvider.GetUtcNow() + lease);
    }

    public ChargeReceipt Charge(BudgetRequest request)
    {
        var call = new FirewallCall { Kind = FirewallCallKind.Charge, Request = request };
        Fail(call);
        if (request.OperationId is { } id && _charges.TryGetValue((request.OperationScope, id), out var first))
            return first.Request == request ? Replay(call, first.Receipt) : throw Refused(call, new OperationConflictException($"The operation id '{id}' was used before with other content.") { OperationId = id });
        var receipt = new ChargeReceipt { OperationId = request.OperationId ?? NewId(), Cost = Price(request) };
        _charges[(request.OperationScope, receipt.OperationId)] = (request, receipt);
        Record(call, request, receipt);
        return receipt;
    }

    public ChargeReceipt Commit(string reservationId, decimal? cost, BudgetUsage? usage)
    {
        var call = Call(FirewallCallKind.Commit, reservationId) with { Usage = usage };
        Fail(call);
        var hold = Find(call, reservationId);
        var charged = cost ?? (usage is null ? hold.Decision.Cost : Price(hold.Request with { Usage = usage }));
        if (hold.IsReleased || (hold.Receipt is { } before && before.Cost != charged))
            throw Refused(call, new OperationConflictException($"The reservation '{reservationId}' was settled otherwise before.") { OperationId = reservationId });
        if (hold.Receipt is { } first)
            return Replay(call, first);
        hold.Receipt = new() { OperationId = hold.Decision.OperationId, ReservationId = reservationId, Cost = charged, IsLate = timeProvider.GetUtcNow() >= hold.ExpiresAt };
        Record(call, hold.Request, hold.Receipt);
        return hold.Receipt;
    }

    public void Release(string reservationId)
    {
        var call = Call(FirewallCallKind.Release, reservationId);
        Fail(call);
        if (!_holds.TryGetValue(reservationId, out var hold))
        {
            Calls.Add(call);
            return;
        }
        if (hold.Receipt is not null)
            throw Refused(call, new OperationConflictException($"The reservation '{reservationId}' was committed before.") { OperationId = reservationId });
        hold.IsReleased = true;
        Calls.Add(call);
    }

    public DateTimeOffset Extend(string reservationId, TimeSpan lease)
    {
        var call = Call(FirewallCallKind.Extend, reservationId);
        Fail(call);
        var hold = Find(call, reservationId);
        var now = timeProvider.GetUtcNow();
        if (!hold.IsOpen || now >= hold.ExpiresAt)
            throw Refused(call, NotFound(reservationId));
        hold.ExpiresAt = hold.ExpiresAt > now + lease ? hold.ExpiresAt : now + lease;
        Calls.Add(call);
        return hold.ExpiresAt;
    }

    public CorrectionReceipt Correct(ChargeCorrection correction, decimal? amount, decimal? cost)
    {
        ArgumentNullException.ThrowIfNull(correction);
        var call = new FirewallCall { Kind = FirewallCallKind.Correct, Correction = correction };
        Fail(call);
        CorrectionReceipt receipt;
        try
        {
            receipt = _chargesToCorrect.Correct(correction, amount, cost);
        }
        catch
        {
            Calls.Add(call);
            throw;
        }
        decimal? given = receipt.IsReplay || receipt.EntryId is null ? null : receipt.Amount;
        Charged -= given ?? 0;
        Calls.Add(call with { GivenBack = given });
        return receipt;
    }

    public void Look(FirewallCallKind kind, BudgetRequest? request = null)
    {
        var call = new FirewallCall { Kind = kind, Request = request };
        Fail(call);
        Calls.Add(call);
    }

    // As a real id, it names the operation and its scope, and is not the operation's id.
    private static string IdOf(BudgetRequest request, BudgetDecision decision) =>
        new ReservationIdentity { OperationScope = request.OperationScope, OperationId = decision.OperationId }.ToString();

    private FirewallCall Call(FirewallCallKind kind, string reservationId) =>
        new() { Kind = kind, ReservationId = reservationId, Request = _holds.GetValueOrDefault(reservationId)?.Request };

    private FakeHold Find(FirewallCall call, string reservationId) =>
        _holds.TryGetValue(reservationId, out var hold) ? hold : throw Refused(call, NotFound(reservationId));

    private static ReservationNotFoundException NotFound(string reservationId) =>
        new(reservationId, $"The reservation '{reservationId}' is unknown, settled, or at or after its end.") { OperationId = reservationId };

    private void Record(FirewallCall call, BudgetRequest request, ChargeReceipt receipt)
    {
        Count(request, receipt.OperationId, receipt.Cost);
        Calls.Add(call with { Cost = receipt.Cost });
    }

    private void Count(BudgetRequest request, string operationId, decimal cost)
    {
        Charged += cost;
        _chargesToCorrect.Add(request.OperationScope, operationId, cost);
    }

    private ChargeReceipt Replay(FirewallCall call, ChargeReceipt first)
    {
        Calls.Add(call);
        return new() { OperationId = first.OperationId, ReservationId = first.ReservationId, Cost = first.Cost, IsLate = first.IsLate, IsReplay = true };
    }

    private TException Refused<TException>(FirewallCall call, TException exception) where TException : Exception
    {
        Calls.Add(call);
        return exception;
    }

    private void Fail(FirewallCall call)
    {
        try
        {
            Script.ThrowIfFailing(call.Kind);
        }
        catch
        {
            Calls.Add(call);
            throw;
        }
    }

    private string NewId() => FormattableString.Invariant($"op-{++_lastId}");
}
