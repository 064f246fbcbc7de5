using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>
/// The person or thing that a limit is about: a kind and an id, such as (<c>user</c>, <c>alice</c>), or every id of a kind (<see cref="Each"/>).
/// Compares ordinally.
/// </summary>
/// <remarks>
/// As text: <c>global</c>, <c>user=alice</c> (cut at the first <c>=</c>), <c>each:user</c>. Ids are data: a user named <c>*</c> is a user.
/// </remarks>
public readonly record struct BudgetScope
{
    private const string EachPrefix = "each:";

    /// <summary>The scope of one id.</summary>
    /// <param name="kind">The kind: global, provider, project, user, model, or any other name without <c>=</c>, 1 to 256 characters.</param>
    /// <param name="id">The id, 1 to 256 characters of anything well-formed; for the kind <c>global</c> it is <c>global</c>.</param>
    /// <exception cref="ArgumentException">A value is empty, too long or ill-formed, or names another id of the kind global.</exception>
    public BudgetScope(string kind, string id)
        : this(Identifier.CheckKind(kind, nameof(kind)), Identifier.Check(id, nameof(id)), isEach: false)
    {
        if (kind == ScopeKinds.Global && id != ScopeKinds.Global)
            throw new ArgumentException(DisplayText.Escape($"There is one global scope; its id is 'global', not '{id}'."), nameof(id));
    }

    private BudgetScope(string kind, string id, bool isEach) => (Kind, Id, IsEach) = (kind, id, isEach);

    /// <summary>The scope that every request belongs to.</summary>
    public static BudgetScope Global { get; } = new(ScopeKinds.Global, ScopeKinds.Global, isEach: false);

    /// <summary>The kind; null only in a default value, which no member accepts.</summary>
    public string Kind { get; }

    /// <summary>The id; empty for <see cref="Each"/>.</summary>
    public string Id { get; }

    /// <summary>True when a limit on this scope applies to every id of the kind separately.</summary>
    public bool IsEach { get; }

    /// <summary>The scope of one user.</summary>
    /// <param name="id">The user's id, 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed.</exception>
    public static BudgetScope User(string id) => new(ScopeKinds.User, id);

    /// <summary>The scope of one project.</summary>
    /// <param name="id">The project's id, 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed.</exception>
    public static BudgetScope Project(string id) => new(ScopeKinds.Project, id);

    /// <summary>The scope of one provider.</summary>
    /// <param name="id">The provider's id, 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">The id is empty, too long or ill-formed.</exception>
    public static BudgetScope Provider(string id) => new(ScopeKinds.Provider, id);

    /// <summary>The scope of one model.</summary>
    /// <param name="id">The model's name, 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or ill-formed.</exception>
    public static BudgetScope Model(string id) => new(ScopeKinds.Model, id);

    /// <summary>The scope of one id of any kind.</summary>
    /// <param name="kind">The kind, as a request's dimension names it.</param>
    /// <param name="id">The id, 1 to 256 characters.</param>
    /// <exception cref="ArgumentException">A value is empty, too long or ill-formed.</exception>
    public static BudgetScope Of(string kind, string id) => new(kind, id);

    /// <summary>True for a text that can be the id of a scope, or another name in a request: 1 to 256 characters of well-formed UTF-16.</summary>
    /// <param name="id">The text; null is none.</param>
    public static bool IsValidId([NotNullWhen(true)] string? id) => id is not null && Identifier.IsValid(id);

    /// <summary>The scope of every id of a kind; a limit on it applies to each id separately.</summary>
    /// <param name="kind">Any kind but global.</param>
    /// <exception cref="ArgumentException">The kind is empty, too long, ill-formed, contains <c>=</c>, or is global.</exception>
    public static BudgetScope Each(string kind) => Identifier.CheckKind(kind, nameof(kind)) == ScopeKinds.Global
        ? throw new ArgumentException("There is one global scope; use BudgetScope.Global.", nameof(kind))
        : new(kind, "", isEach: true);

    /// <summary>Reads a scope from its text form: <c>global</c>, <c>user=alice</c> or <c>each:user</c>.</summary>
    /// <param name="text">The text; an id is everything after the first <c>=</c>.</param>
    /// <exception cref="FormatException">The text has none of the three forms, or its kind or id is not allowed.</exception>
    public static BudgetScope Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var cut = text.IndexOf('=', StringComparison.Ordinal);
            if (cut >= 0)
                return new(text[..cut], text[(cut + 1)..]);
            if (text == ScopeKinds.Global)
                return Global;
            if (text.StartsWith(EachPrefix, StringComparison.Ordinal))
                return Each(text[EachPrefix.Length..]);
        }
        catch (ArgumentException e)
        {
            throw new FormatException(DisplayText.Escape($"'{text}' is not a scope: {e.Message}"), e);
        }
        throw new FormatException(DisplayText.Escape($"'{text}' is not a scope: it must be 'global', 'kind=id' as in 'user=alice', or 'each:kind' as in 'each:user'.{Meant(text)}"));
    }

    /// <summary>The form that a text nearly has, as a question; empty when it has none.</summary>
    private static string Meant(string text)
    {
        var plain = text.Trim();
        var cut = plain.IndexOf(':', StringComparison.Ordinal);
        var meant = plain.Equals(ScopeKinds.Global, StringComparison.OrdinalIgnoreCase) ? ScopeKinds.Global
            : plain.StartsWith(EachPrefix, StringComparison.OrdinalIgnoreCase) ? EachPrefix + plain[EachPrefix.Length..].Trim()
            : cut > 0 && cut < plain.Length - 1 ? $"{plain[..cut]}={plain[(cut + 1)..]}"
            : null;
        return meant is null ? "" : $" Did you mean '{meant}'?";
    }

    /// <summary>Reads a scope from its text form; false, and the default scope, when the text has none of the forms of <see cref="Parse"/>.</summary>
    /// <param name="text">The text; null gives false.</param>
    /// <param name="scope">The scope read.</param>
    public static bool TryParse(string? text, out BudgetScope scope)
    {
        scope = default;
        try
        {
            if (text is not null)
                scope = Parse(text);
            return text is not null;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The text form, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => IsEach ? EachPrefix + Kind : Kind == ScopeKinds.Global ? Kind : $"{Kind}={Id}";

    /// <summary>Returns this scope after checking that it is not the default value.</summary>
    internal BudgetScope Checked(string member) =>
        Kind is null ? throw new ArgumentException($"{member} must name a scope; it is the default value.", member) : this;

    internal BudgetScope CheckedConcrete(string member) => Checked(member).IsEach
        ? throw new ArgumentException(DisplayText.Escape($"{member} must be one scope, not '{this}'."), member)
        : this;
}
