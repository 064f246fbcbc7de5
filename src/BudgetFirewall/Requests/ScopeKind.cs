using System.Diagnostics;

namespace BudgetFirewall;

/// <summary>A kind of scope. Its name is compared once, when it is made, and not again for each request.</summary>
internal readonly struct ScopeKind(string name)
{
    private readonly Member _member = name switch
    {
        ScopeKinds.Global => Member.Global,
        ScopeKinds.Provider => Member.Provider,
        ScopeKinds.Project => Member.Project,
        ScopeKinds.User => Member.User,
        ScopeKinds.Model => Member.Model,
        _ => Member.Dimension,
    };

    /// <summary>The place in a request that has the id.</summary>
    private enum Member
    {
        Global,
        Provider,
        Project,
        User,
        Model,
        Dimension,
    }

    public string Name { get; } = name;

    /// <summary>The id of a request's scope of this kind; null when it names none.</summary>
    public string? IdOf(BudgetRequest request) => _member switch
    {
        Member.Global => ScopeKinds.Global,
        Member.Provider => request.Provider,
        Member.Project => request.ProjectId,
        Member.User => request.UserId,
        Member.Model => request.Model,
        Member.Dimension => request.Dimensions?.GetValueOrDefault(Name),
        _ => throw new UnreachableException($"There is no member {_member} of a request."),
    };
}
