namespace BudgetFirewall;

/// <summary>The guarded calls within which code runs, so that a guard inside another one notices that both would charge for one call.</summary>
internal sealed class EnclosingCall : IDisposable
{
    private static readonly AsyncLocal<EnclosingCall?> Ambient = new();

    private readonly EnclosingCall? _outer;
    private volatile BudgetRequest? _request;

    private EnclosingCall(BudgetRequest request, EnclosingCall? outer) => (_request, _outer) = (request, outer);

    /// <summary>Makes a call the one within which code runs, until it is disposed.</summary>
    public static EnclosingCall Enter(BudgetRequest request)
    {
        var call = new EnclosingCall(request, Ambient.Value);
        Ambient.Value = call;
        return call;
    }

    /// <summary>True when a call for a request would be made within one of the same provider or model.</summary>
    public static bool IsCharging(BudgetRequest request)
    {
        for (var call = Ambient.Value; call is not null; call = call._outer)
        {
            if (call._request is { } outer && (outer.Provider == request.Provider || (outer.Model is not null && outer.Model == request.Model)))
                return true;
        }
        return false;
    }

    public void Dispose()
    {
        // Work that was started inside and goes on afterwards keeps this object, and is no longer inside the call.
        _request = null;
        if (ReferenceEquals(Ambient.Value, this))
            Ambient.Value = _outer;
    }
}
