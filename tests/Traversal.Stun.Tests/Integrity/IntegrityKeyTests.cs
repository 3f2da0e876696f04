using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Traversal.Stun.Tests;

/// <summary>The prepared HMAC against the framework's.</summary>
public class IntegrityKeyTests
{
    private readonly Random _random = new(2104);

    [Fact]
    public void Prepared_codes_agree_with_the_framework_on_random_keys_and_messages()
    {
        byte[] key = new byte[100], message = new byte[400], code = new byte[32], expected = new byte[32];
        for (int i = 0; i < Soak.Cases(5_000); i++)
        {
            Span<byte> k = key.AsSpan(0, _random.Next(key.Length)), m = message.AsSpan(0, _random.Next(StunMessage.HeaderLength, message.Length));
            _random.NextBytes(k);
            _random.NextBytes(m);
            IntegrityKey prepared = IntegrityKey.FromBytes(k);

            Sha1State sha1 = prepared.ComputeSha1(m);
            Sha256State sha256 = prepared.ComputeSha256(m, 16);

            BinaryPrimitives.WriteUInt16BigEndian(m[2..], (ushort)(m.Length - 20 + 4 + 20));
            HMACSHA1.HashData(k, m, expected);
            sha1.Write(code);
            Assert.Equal(expected.AsSpan(0, 20), code.AsSpan(0, 20));

            BinaryPrimitives.WriteUInt16BigEndian(m[2..], (ushort)(m.Length - 20 + 4 + 16));
            HMACSHA256.HashData(k, m, expected);
            sha256.Write(code);
            Assert.Equal(expected, code);
        }
    }

    [Fact]
    public void The_long_term_key_of_the_RFC_is_derived() // RFC 8489 section 9.2.2
    {
        byte[] key = new byte[32];
        int length = IntegrityKey.DeriveLongTerm(PasswordAlgorithm.Md5, "user"u8, "realm"u8, "pass"u8, key);
        Assert.Equal("8493fbc53ba582fb4c044c456bdc40eb", Convert.ToHexStringLower(key.AsSpan(0, length)));
    }

    [Fact]
    public void An_unknown_password_algorithm_is_an_argument_out_of_range() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegrityKey.LongTerm((PasswordAlgorithm)3, "u"u8, "r"u8, "p"u8));

    [Fact]
    public void A_short_term_key_of_characters_is_that_of_their_UTF8()
    {
        byte[] message = new byte[40];
        Sha1State ofCharacters = IntegrityKey.ShortTerm("p\u00E4ss").ComputeSha1(message);
        Sha1State ofBytes = IntegrityKey.ShortTerm(Encoding.UTF8.GetBytes("p\u00E4ss")).ComputeSha1(message);
        Assert.Equal((ofBytes.A, ofBytes.E), (ofCharacters.A, ofCharacters.E));
    }
}
