using System.Collections.Immutable;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>The filters of the active budgets of users that are not shadows, and how many budgets have each. Immutable.</summary>
internal sealed record UserFilters(int WithoutFilter, ImmutableDictionary<string, (RequestFilter Filter, int Count)> Filtered)
{
    public static UserFilters None { get; } = new(0, ImmutableDictionary<string, (RequestFilter Filter, int Count)>.Empty.WithComparers(StringComparer.Ordinal));

    /// <summary>True when one of the budgets counts a request by its filter.</summary>
    public bool Match(BudgetRequest request)
    {
        if (WithoutFilter > 0)
            return true;
        if (Filtered.IsEmpty)
            return false;
        foreach (var (_, (filter, _)) in Filtered)
        {
            if (filter.Matches(request))
                return true;
        }
        return false;
    }

    /// <summary>The filters after a limit has come or gone; rate limits leave them as they are.</summary>
    public UserFilters With(LimitDefinition limit, bool isGone)
    {
        if (limit.Budget is not { IsActive: true, Scope.Kind: ScopeKinds.User } budget || EnforcementTraits.Of(budget.Enforcement).CountsApart)
            return this;
        var change = isGone ? -1 : 1;
        var filter = budget.Filter;
        if (filter.IsEmpty)
            return this with { WithoutFilter = WithoutFilter + change };
        var text = DerivedId.FilterText(filter);
        var count = Filtered.TryGetValue(text, out var former) ? former.Count + change : change;
        return this with { Filtered = count == 0 ? Filtered.Remove(text) : Filtered.SetItem(text, (filter, count)) };
    }
}
