namespace BudgetFirewall;

/// <summary>Finds the known name that somebody probably meant: one that differs by case, separators, a plural or a letter.</summary>
internal static class NearestName
{
    /// <summary>The known name that is nearest to a name; null when none is near, or when the name is one of them.</summary>
    /// <param name="name">The name that was given.</param>
    /// <param name="known">The known names.</param>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var least = int.MaxValue;
        var plain = Plain(name);
        foreach (var candidate in known)
        {
            if (candidate == name)
                return null;
            var other = Plain(candidate);
            // Names of a few letters differ in one of them by chance.
            var most = Math.Min(plain.Length, other.Length) switch { < 4 => 0, < 9 => 1, _ => 2 };
            if (Distance(plain, other, most) is var distance && distance <= most && distance < least)
                (nearest, least) = (candidate, distance);
        }
        return nearest;
    }

    /// <summary>The name in lower case, without separators and without the ending of a plural.</summary>
    private static string Plain(string name)
    {
        var plain = string.Concat(name.Where(c => c is not ('_' or '-' or ' ' or '.'))).ToLowerInvariant();
        return plain.Length > 3 && plain[^1] == 's' ? plain[..^1] : plain;
    }

    /// <summary>
    /// The number of letters to add, leave out, change or swap to make one text of another (optimal string alignment); any number above <paramref name="most"/>
    /// where there are more.
    /// </summary>
    private static int Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most || a.Length > Identifier.MaxLength || b.Length > Identifier.MaxLength)
            return most + 1;
        var (before, last, present) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            present[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                present[j] = Math.Min(Math.Min(present[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    present[j] = Math.Min(present[j], before[j - 2] + 1);
            }
            (before, last, present) = (last, present, before);
        }
        return last[b.Length];
    }
}
