namespace BudgetFirewall;

/// <summary>
/// The scopes that pay for the calls of a piece of code: the user, the project and further ones.
/// Set once for a web request or a message, it reaches every guarded call made within, through services that know nothing of it.
/// Compares by content and copies the collection it is given. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// The ambient context flows with the code that is awaited (it is an <see cref="AsyncLocal{T}"/>), across dependency-injection scopes.
/// It does not flow into work that was started before it began, such as a queue's consumer, and an async iterator that begins one loses it after its next <c>yield</c>:
/// <see cref="BudgetScopeStreamExtensions"/> carries it through streams.
/// </remarks>
/// <example><code>
/// using (BudgetScopeContext.Begin(userId: "alice", projectId: "search"))
///     await client.GetStringAsync("https://api.example.com/quote");   // alice pays, and so does the project
/// </code></example>
public sealed record BudgetScopeContext
{
    private static readonly AsyncLocal<BudgetScopeContext?> Ambient = new();

    /// <summary>The context of the running code; null when none has begun.</summary>
    public static BudgetScopeContext? Current => Ambient.Value;

    /// <summary>The id of the <c>user</c> scope; null for not set.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? UserId { get; init => field = Identifier.CheckOptional(value, nameof(UserId)); }

    /// <summary>The id of the <c>project</c> scope; null for not set.</summary>
    /// <exception cref="ArgumentException">The value is empty, longer than 256 characters or not well-formed UTF-16.</exception>
    public string? ProjectId { get; init => field = Identifier.CheckOptional(value, nameof(ProjectId)); }

    /// <summary>Further scopes as kind and id (tenant, feature…); null for none.</summary>
    /// <exception cref="ArgumentException">A kind or id is empty, too long or ill-formed, or a kind is global, provider, project, user or model.</exception>
    public IReadOnlyDictionary<string, string>? Dimensions { get; init => field = ValueCollections.Copy(value, BudgetRequest.CheckDimension); }

    /// <summary>Begins a context that lasts until it is disposed. Values that it does not set are taken from the context around it.</summary>
    /// <param name="context">The context of who pays.</param>
    /// <returns>Ends the context and restores the one around it. Dispose it in the method that began it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    public static IDisposable Begin(BudgetScopeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var outer = Ambient.Value;
        Ambient.Value = context.Within(outer);
        return new Ending(outer);
    }

    /// <inheritdoc cref="Begin(BudgetScopeContext)"/>
    /// <param name="userId">The id of the <c>user</c> scope; null for not set.</param>
    /// <param name="projectId">The id of the <c>project</c> scope; null for not set.</param>
    /// <param name="dimensions">Further scopes as kind and id; null for none.</param>
    /// <exception cref="ArgumentException">An id or a kind is not valid.</exception>
    public static IDisposable Begin(string? userId = null, string? projectId = null, IReadOnlyDictionary<string, string>? dimensions = null) =>
        Begin(new BudgetScopeContext { UserId = userId, ProjectId = projectId, Dimensions = dimensions });

    /// <summary>Begins a context of scopes given as kind and id, such as <c>Begin(("run", id))</c> or <c>Begin(("user", "alice"), ("run", id))</c>.</summary>
    /// <inheritdoc cref="Begin(BudgetScopeContext)"/>
    /// <param name="scope">The kind and the id of a scope: <c>user</c>, <c>project</c>, or a kind of your own.</param>
    /// <param name="more">Further scopes; each kind at most once.</param>
    /// <exception cref="ArgumentException">A kind or id is empty, too long or ill-formed, a kind is global, provider or model, or is named twice.</exception>
    public static IDisposable Begin((string Kind, string Id) scope, params ReadOnlySpan<(string Kind, string Id)> more)
    {
        string? userId = null, projectId = null;
        var dimensions = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(scope);
        foreach (var further in more)
            Add(further);
        return Begin(userId, projectId, dimensions.Count == 0 ? null : dimensions);

        void Add((string Kind, string Id) named)
        {
            Identifier.CheckKind(named.Kind, "kind");
            Identifier.Check(named.Id, DisplayText.Escape(named.Kind));
            var isNamedTwice = named.Kind switch
            {
                ScopeKinds.User => userId is not null,
                ScopeKinds.Project => projectId is not null,
                _ => !dimensions.TryAdd(named.Kind, named.Id),
            };
            if (isNamedTwice)
                throw new ArgumentException(DisplayText.Escape($"The kind '{named.Kind}' is named twice; a call belongs to one id of a kind."), nameof(more));
            userId = named.Kind == ScopeKinds.User ? named.Id : userId;
            projectId = named.Kind == ScopeKinds.Project ? named.Id : projectId;
        }
    }

    /// <summary>This context, with the values that it does not set taken from another.</summary>
    /// <param name="outer">The other context; null for none.</param>
    /// <returns>A context of both; dimensions of the same kind are this one's.</returns>
    public BudgetScopeContext Within(BudgetScopeContext? outer) => outer is null || ReferenceEquals(outer, this) ? this : new()
    {
        UserId = UserId ?? outer.UserId,
        ProjectId = ProjectId ?? outer.ProjectId,
        Dimensions = Merge(Dimensions, outer.Dimensions),
    };

    /// <summary>Returns a request whose unset scopes are filled in from this context.</summary>
    /// <param name="request">The request; the scopes that it names itself stay.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public BudgetRequest ApplyTo(BudgetRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request with
        {
            UserId = request.UserId ?? UserId,
            ProjectId = request.ProjectId ?? ProjectId,
            Dimensions = Merge(request.Dimensions, Dimensions),
        };
    }

    /// <summary>Makes a context the ambient one, without completing it from the present one, and returns the former ambient context.</summary>
    internal static BudgetScopeContext? Exchange(BudgetScopeContext? context)
    {
        var former = Ambient.Value;
        // Each setting makes a new execution context.
        if (!ReferenceEquals(former, context))
            Ambient.Value = context;
        return former;
    }

    /// <inheritdoc/>
    public bool Equals(BudgetScopeContext? other) =>
        other is not null && UserId == other.UserId && ProjectId == other.ProjectId && ValueCollections.Same(Dimensions, other.Dimensions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UserId, ProjectId, ValueCollections.Hash(Dimensions));

    private static IReadOnlyDictionary<string, string>? Merge(IReadOnlyDictionary<string, string>? inner, IReadOnlyDictionary<string, string>? outer)
    {
        if (inner is null || outer is null)
            return inner ?? outer;
        var merged = new Dictionary<string, string>(outer, StringComparer.Ordinal);
        foreach (var (kind, id) in inner)
            merged[kind] = id;
        return merged;
    }

    private sealed class Ending(BudgetScopeContext? outer) : IDisposable
    {
        private bool _isEnded;

        public void Dispose()
        {
            if (_isEnded)
                return;
            _isEnded = true;
            Ambient.Value = outer;
        }
    }
}
