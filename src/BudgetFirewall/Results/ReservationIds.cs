using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>
/// Makes and verifies the ids by which any process can settle a reservation. An id consists of the names of the reservation and a tag, the first 128 bits of
/// HMAC-SHA256 over the names with the store's secret, so that the id of a reservation cannot be derived from its operation's id.
/// </summary>
internal sealed class ReservationIds(IBudgetStore store)
{
    /// <summary>The id. It has no tag while this process has not reached the store; nothing is settled by such an id.</summary>
    public string Of(string? partition, string? scope, string operationId)
    {
        Span<char> tag = stackalloc char[ReservationIdentity.TagLength];
        return ReservationIdentity.Text(partition, scope, operationId, TryMakeTag(partition, scope, operationId, tag) ? tag : []);
    }

    public string Of(HeldReservation reservation) => Of(reservation.Partition, reservation.OperationScope, reservation.OperationId);

    /// <summary>The id with the tag as given; for names that come from the library itself, with the right tag.</summary>
    public string Of(ReservationIdentity identity) => identity.Tag is { } tag
        ? ReservationIdentity.Text(identity.Partition, identity.OperationScope, identity.OperationId, tag)
        : Of(identity.Partition, identity.OperationScope, identity.OperationId);

    public string Of(DecisionCall call) => Of(call.Partition, call.OperationScope, call.OperationId);

    /// <summary>True when the tag is right, or none is needed. Takes the same time whichever part of it is wrong.</summary>
    public bool IsGenuine(ReservationIdentity identity)
    {
        if (identity.Tag is null)
            return true;
        Span<char> tag = stackalloc char[ReservationIdentity.TagLength];
        return TryMakeTag(identity.Partition, identity.OperationScope, identity.OperationId, tag)
            && CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(tag), MemoryMarshal.AsBytes(identity.Tag.AsSpan()));
    }

    /// <summary>True when the tag can be verified, because this process has reached the store, or no tag is needed.</summary>
    public bool CanVerify(ReservationIdentity identity) => identity.Tag is null || !store.ReservationSecret(identity.Partition).IsEmpty;

    private bool TryMakeTag(string? partition, string? scope, string operationId, Span<char> tag)
    {
        var secret = store.ReservationSecret(partition).Span;
        if (secret.IsEmpty)
            return false;
        // Each name behind its length, so that no two reservations have the same names in a row. Ids are at most 256 characters of 3 bytes.
        Span<byte> names = stackalloc byte[3 * (sizeof(int) + (3 * Identifier.MaxLength))];
        var length = Write(names, 0, partition);
        length = Write(names, length, scope);
        length = Write(names, length, operationId);
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, names[..length], digest);
        return Base64Url.TryEncodeToChars(digest[..16], tag, out _);
    }

    private static int Write(Span<byte> names, int at, string? name)
    {
        var written = name is null ? 0 : Encoding.UTF8.GetBytes(name, names[(at + sizeof(int))..]);
        BinaryPrimitives.WriteInt32LittleEndian(names[at..], name is null ? -1 : written);
        return at + sizeof(int) + written;
    }
}
