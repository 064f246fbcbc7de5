using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>
/// Signs and verifies deliveries as the <a href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard Webhooks</a> specification 1.0.0 has it:
/// HMAC-SHA256 of <c>id.timestamp.body</c>, in base64 behind <c>v1,</c>. Receivers of another language may use any library of that specification. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// if (!WebhookSignature.Verify(secret, id: headers["webhook-id"], timestamp: headers["webhook-timestamp"], signature: headers["webhook-signature"], body, timeProvider.GetUtcNow(), out var reason))
///     return Results.Problem(reason, statusCode: 401);
/// </code>
/// </example>
public static class WebhookSignature
{
    /// <summary>The header of the id of a delivery, which is the event's and the same in each attempt: <c>webhook-id</c>.</summary>
    public const string IdHeader = "webhook-id";

    /// <summary>The header of the time of an attempt, in seconds since 1970: <c>webhook-timestamp</c>.</summary>
    public const string TimestampHeader = "webhook-timestamp";

    /// <summary>The header of the signatures, separated by spaces: <c>webhook-signature</c>. There are two while a secret is exchanged for another.</summary>
    public const string SignatureHeader = "webhook-signature";

    private const string Version = "v1,";

    // Many times what two secrets need.
    private const int LongestHeader = 4_096;

    // The largest time that DateTimeOffset has, in seconds since 1970, has as many digits.
    private const int MostDigits = 12;

    private static readonly TimeSpan DefaultTolerance = TimeSpan.FromMinutes(5);
    private static readonly long LatestSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Signs a delivery.</summary>
    /// <param name="secret">The key.</param>
    /// <param name="id">The value of <see cref="IdHeader"/>. Not empty, and without a dot, which separates it from what follows.</param>
    /// <param name="time">The time of the attempt, of which whole seconds are signed. From 1970 on.</param>
    /// <param name="body">The body, byte by byte as it is sent.</param>
    /// <returns>The signature with its version, as <c>v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=</c>.</returns>
    /// <exception cref="ArgumentException"><paramref name="id"/> is empty or has a dot.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="time"/> is before 1970.</exception>
    public static string Sign(WebhookSecret secret, string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (id.Contains('.', StringComparison.Ordinal))
            throw new ArgumentException($"The id of a delivery has no dot: '{DisplayText.Escape(id)}'.", nameof(id));
        if (time < DateTimeOffset.UnixEpoch)
            throw new ArgumentOutOfRangeException(nameof(time), time, "A delivery is signed with a time from 1970 on.");
        return Version + Convert.ToBase64String(Digest(secret, id, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body));
    }

    /// <summary>Tells whether a delivery is what the holder of the secret has sent, not long ago.</summary>
    /// <param name="secret">The key. While it is exchanged for another, a receiver verifies with either.</param>
    /// <param name="id">The value of <see cref="IdHeader"/>; null where there was none.</param>
    /// <param name="timestamp">The value of <see cref="TimestampHeader"/>; null where there was none.</param>
    /// <param name="signature">The value of <see cref="SignatureHeader"/>; null where there was none. One of its signatures must be right; those of other versions than <c>v1</c> are left aside.</param>
    /// <param name="body">The body, byte by byte as it was received, before it is parsed.</param>
    /// <param name="now">The time now.</param>
    /// <param name="reason">What is wrong, for a log; null when nothing is. It repeats neither body nor signature.</param>
    /// <param name="tolerance">How far the time of the delivery may be from <paramref name="now"/>, before or after; null for 5 minutes.</param>
    /// <returns>True when the delivery is genuine.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative.</exception>
    /// <remarks>The same delivery may arrive more than once: an id that was seen before is one that was handled. Signatures are compared in a time that does not depend on where they differ.</remarks>
    public static bool Verify(
        WebhookSecret secret, string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now, out string? reason, TimeSpan? tolerance = null)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var allowed = tolerance ?? DefaultTolerance;
        if (allowed < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance is not negative.");
        reason = HeaderFault(id, IdHeader) ?? HeaderFault(timestamp, TimestampHeader) ?? HeaderFault(signature, SignatureHeader) ?? TimeFault(timestamp!, now, allowed)
            ?? (HasSignature(signature!, Digest(secret, id!, timestamp!, body)) ? null : $"No signature in {SignatureHeader} is that of this body with this secret.");
        return reason is null;
    }

    private static string? HeaderFault(string? value, string header) =>
        string.IsNullOrEmpty(value) ? $"The header {header} is missing." : value.Length > LongestHeader ? $"The header {header} is longer than {LongestHeader} characters." : null;

    private static string? TimeFault(string timestamp, DateTimeOffset now, TimeSpan tolerance)
    {
        // Nothing but digits: what is signed is the text, which has to mean one time only.
        if (timestamp.Length > MostDigits || timestamp.AsSpan().ContainsAnyExceptInRange('0', '9') || !long.TryParse(timestamp, CultureInfo.InvariantCulture, out var seconds) || seconds > LatestSeconds)
            return $"The header {TimestampHeader} is no number of seconds since 1970.";
        var age = now - DateTimeOffset.FromUnixTimeSeconds(seconds);
        return age > tolerance ? $"The delivery is older than {tolerance}." : age < -tolerance ? $"The delivery comes from more than {tolerance} ahead." : null;
    }

    private static bool HasSignature(string signatures, ReadOnlySpan<byte> digest)
    {
        Span<byte> given = stackalloc byte[SHA256.HashSizeInBytes];
        var isFound = false;
        foreach (var range in signatures.AsSpan().Split(' '))
        {
            var one = signatures.AsSpan(range);
            if (one.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64Chars(one[Version.Length..], given, out var count) && count == given.Length)
                isFound |= CryptographicOperations.FixedTimeEquals(given, digest);
        }
        return isFound;
    }

    private static byte[] Digest(WebhookSecret secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Key);
        hmac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }
}
