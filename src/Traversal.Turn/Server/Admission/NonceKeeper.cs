using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// Makes and checks nonces without remembering any: time, a salt, and a keyed hash over them, the client's address and the features offered. Keys
/// follow from a secret and the hour, so they rotate by themselves and a fleet with one secret agrees on them.
/// </summary>
/// <remarks>
/// On the wire: the nonce cookie of RFC 8489 section 9.2, then 14 bytes in base64url. The salt differs by port, as two clients must not get the same
/// nonce (RFC 8489 section 9.2.4), but a nonce stays good when a NAT moves the client to another port.
/// </remarks>
internal sealed class NonceKeeper
{
    /// <summary>The length of every nonce.</summary>
    public const int Length = NonceCookie.Length + 19;

    /// <summary>No nonce lives longer than its key.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromSeconds(EpochSeconds);

    private const int TimeLength = sizeof(uint), SaltLength = sizeof(ushort), HashLength = sizeof(ulong);
    private const int PayloadLength = TimeLength + SaltLength + HashLength;

    /// <summary>How long a key makes nonces; it is good for as long again.</summary>
    private const long EpochSeconds = 3600;

    /// <summary>How far ahead the clock of another machine of the fleet may be.</summary>
    private const long SkewSeconds = 30;

    private static ReadOnlySpan<byte> KeyLabel => "traversal nonce"u8;

    private readonly byte[] _secret;
    private readonly long _lifetimeSeconds;
    private (long Epoch, SipHash Key) _present = (-1, default);
    private (long Epoch, SipHash Key) _past = (-1, default);

    public NonceKeeper(byte[] secret, TimeSpan lifetime)
    {
        _secret = secret;
        _lifetimeSeconds = (long)lifetime.TotalSeconds;
    }

    /// <summary>Writes a nonce for a client.</summary>
    /// <param name="client">The client.</param>
    /// <param name="features">What is offered along with it.</param>
    /// <param name="utc">The present.</param>
    /// <param name="destination"><see cref="Length"/> bytes.</param>
    public void Write(in TransportAddress client, StunSecurityFeatures features, DateTimeOffset utc, Span<byte> destination)
    {
        uint time = (uint)utc.ToUnixTimeSeconds();
        Span<byte> payload = stackalloc byte[PayloadLength];
        BinaryPrimitives.WriteUInt32BigEndian(payload, time);
        BinaryPrimitives.WriteUInt16BigEndian(payload[TimeLength..], SaltOf(in client, time));
        BinaryPrimitives.WriteUInt64BigEndian(payload[(TimeLength + SaltLength)..], HashOf(in client, features, time, payload.Slice(TimeLength, SaltLength)));
        NonceCookie.Write(features, destination);
        Base64Url.EncodeToUtf8(payload, destination[NonceCookie.Length..]);
    }

    /// <summary>Judges a nonce that a client sent. One that came with another offer than the present one is stale.</summary>
    public NonceStatus Check(ReadOnlySpan<byte> nonce, in TransportAddress client, StunSecurityFeatures features, DateTimeOffset utc)
    {
        if (nonce.Length != Length || !NonceCookie.TryRead(nonce, out StunSecurityFeatures offered) || offered != features) return NonceStatus.Stale;

        Span<byte> payload = stackalloc byte[PayloadLength];
        if (Base64Url.DecodeFromUtf8(nonce[NonceCookie.Length..], payload, out _, out int written) != OperationStatus.Done || written != PayloadLength)
            return NonceStatus.Stale;

        uint time = BinaryPrimitives.ReadUInt32BigEndian(payload);
        long age = utc.ToUnixTimeSeconds() - time;
        if (age < -SkewSeconds || age >= _lifetimeSeconds) return NonceStatus.Stale;

        Span<byte> hash = stackalloc byte[HashLength];
        BinaryPrimitives.WriteUInt64BigEndian(hash, HashOf(in client, features, time, payload.Slice(TimeLength, SaltLength)));
        return CryptographicOperations.FixedTimeEquals(hash, payload[(TimeLength + SaltLength)..]) ? NonceStatus.Valid : NonceStatus.Stale;
    }

    private ulong HashOf(in TransportAddress client, StunSecurityFeatures features, uint time, ReadOnlySpan<byte> salt)
    {
        TransportAddress address = client.Unmapped();
        Span<byte> text = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(text, address.IsIPv4 ? address.IPv4Bits : address.HighBits);
        BinaryPrimitives.WriteUInt32LittleEndian(text[8..], time);
        salt.CopyTo(text[12..]);
        text[14] = (byte)address.Family;
        text[15] = (byte)((uint)features >> 16);
        return KeyOf(time / EpochSeconds).Hash(text);
    }

    // For one IPv4 address every port has a salt of its own.
    private ushort SaltOf(in TransportAddress client, uint time)
    {
        Span<byte> text = stackalloc byte[17];
        text[16] = client.WriteAddressBytes(text) == 4 ? (byte)4 : (byte)16;
        return (ushort)((ushort)KeyOf(time / EpochSeconds).Hash(text) ^ client.Port);
    }

    private SipHash KeyOf(long epoch)
    {
        if (epoch == _present.Epoch) return _present.Key;
        if (epoch == _past.Epoch) return _past.Key;

        Span<byte> text = stackalloc byte[KeyLabel.Length + sizeof(long)];
        KeyLabel.CopyTo(text);
        BinaryPrimitives.WriteInt64BigEndian(text[KeyLabel.Length..], epoch);
        Span<byte> key = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, text, key);
        SipHash derived = SipHash.FromKey(key);

        // Only times near the present are asked for, so two places are enough and never fight.
        if (epoch > _present.Epoch)
            (_past, _present) = (_present, (epoch, derived));
        else
            _past = (epoch, derived);

        return derived;
    }
}
