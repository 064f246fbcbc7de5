using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace BudgetFirewall;

/// <summary>
/// Decides which requests are left unguarded where <see cref="BudgetGuardOptions.GuardEveryRequest"/> is set. The caller writes the method and the path,
/// so a request is left unguarded only if no spelling of them could lead to a handler that is guarded otherwise; in doubt it is guarded.
/// </summary>
internal sealed class GuardFilters(BudgetGuardOptions options)
{
    // Characters that servers, proxies and handlers behind this application may read as another path: encoded or other slashes, parameters, a query.
    private static readonly SearchValues<char> Ambiguous =
        SearchValues.Create([.. "%\\;?#\u007F", .. Enumerable.Range(0, ' ').Select(code => (char)code)]);

    private readonly Root[] _excluded = [.. options.ExcludePaths.Select(path => new Root(path))];
    private readonly Root[] _included = [.. options.IncludeOnlyPaths.Select(path => new Root(path))];
    private readonly HashSet<string> _excludedMethods = new(options.ExcludeMethods, StringComparer.Ordinal);

    /// <summary>True when the request is not to be guarded.</summary>
    public bool LetAlone(HttpContext context, Endpoint? endpoint)
    {
        var pattern = (endpoint as RouteEndpoint)?.RoutePattern;
        return IsExcludedMethod(context.Request.Method, endpoint) || IsExcludedPath(context.Request.Path, pattern) || !IsIncludedPath(context.Request.Path, pattern);
    }

    // An endpoint that answers other methods too would run the same handler for the excluded one.
    private bool IsExcludedMethod(string method, Endpoint? endpoint)
    {
        if (!_excludedMethods.Contains(method) || endpoint?.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: { Count: > 0 } answered })
            return false;
        foreach (var other in answered)
        {
            if (!_excludedMethods.Contains(other))
                return false;
        }
        return true;
    }

    private bool IsExcludedPath(PathString path, RoutePattern? pattern)
    {
        foreach (var root in _excluded)
        {
            if (root.Holds(path) && root.PlaceOf(pattern) is Place.Below or Place.AnyPath && IsPlain(path))
                return true;
        }
        return false;
    }

    private bool IsIncludedPath(PathString path, RoutePattern? pattern)
    {
        foreach (var root in _included)
        {
            if (root.Holds(path))
                return true;
            var isIncluded = root.PlaceOf(pattern) switch
            {
                Place.Below => true,
                Place.Elsewhere => false,
                // Two spellings of a value may be one to the handler, as 1 and 01 are.
                Place.AnyValue => true,
                Place.AnyPath => !IsPlain(path),
                var place => throw new InvalidOperationException($"The place '{place}' is not known."),
            };
            if (isIncluded)
                return true;
        }
        return _included.Length == 0;
    }

    /// <summary>True when a path has only one reading.</summary>
    private static bool IsPlain(PathString path)
    {
        var text = path.Value.AsSpan();
        if (text.ContainsAny(Ambiguous))
            return false;
        var isFirst = true;
        foreach (var range in text.Split('/'))
        {
            var segment = text[range];
            // The text before the first slash is empty, and so may be the text after the last.
            if (segment.IsEmpty ? !isFirst && range.End.GetOffset(text.Length) < text.Length : segment[^1] == '.' || char.IsWhiteSpace(segment[^1]) || char.IsWhiteSpace(segment[0]))
                return false;
            isFirst = false;
        }
        return true;
    }

    /// <summary>The relation of the paths that a route matches to the path of a filter, the root.</summary>
    private enum Place
    {
        /// <summary>The route's text begins with the root.</summary>
        Below,

        /// <summary>The route's text begins otherwise.</summary>
        Elsewhere,

        /// <summary>The route has a parameter where the root has text, and the root's text may be its value.</summary>
        AnyValue,

        /// <summary>The route takes any rest of a path where the root has text, or there is no route.</summary>
        AnyPath,
    }

    private sealed class Root(PathString path)
    {
        private readonly PathString _path = new(path.Value?.TrimEnd('/'));
        private readonly string[] _segments = path.Value?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];

        public bool Holds(PathString path) => path.StartsWithSegments(_path, StringComparison.OrdinalIgnoreCase);

        public Place PlaceOf(RoutePattern? pattern)
        {
            if (pattern is null)
                return Place.AnyPath;
            var place = Place.Below;
            for (var i = 0; i < _segments.Length; i++)
            {
                if (i >= pattern.PathSegments.Count)
                    return Place.Elsewhere;
                switch (pattern.PathSegments[i].Parts)
                {
                    case [RoutePatternLiteralPart literal]:
                        if (!literal.Content.Equals(_segments[i], StringComparison.OrdinalIgnoreCase))
                            return Place.Elsewhere;
                        break;
                    case [RoutePatternParameterPart { IsCatchAll: true }]:
                        return place == Place.Below ? Place.AnyPath : Place.AnyValue;
                    case [RoutePatternParameterPart parameter]:
                        if (!MayBe(_segments[i], parameter))
                            return Place.Elsewhere;
                        place = Place.AnyValue;
                        break;
                    case var parts:
                        if (!BeginsAndEnds(_segments[i], parts))
                            return Place.Elsewhere;
                        place = Place.AnyValue;
                        break;
                }
            }
            return place;
        }

        // Only for numbers is it certain which texts cannot be their value.
        private static bool MayBe(string text, RoutePatternParameterPart parameter)
        {
            foreach (var policy in parameter.ParameterPolicies)
            {
                if (policy.Content is "int" or "long" && !long.TryParse(text, NumberStyles.Any, CultureInfo.InvariantCulture, out _))
                    return false;
            }
            return true;
        }

        private static bool BeginsAndEnds(string text, IReadOnlyList<RoutePatternPart> parts) =>
            (parts[0] is not RoutePatternLiteralPart first || text.StartsWith(first.Content, StringComparison.OrdinalIgnoreCase))
            && (parts[^1] is not RoutePatternLiteralPart last || text.EndsWith(last.Content, StringComparison.OrdinalIgnoreCase));
    }
}
