using System.Security.Cryptography;

namespace Traversal.Stun.Tests;

/// <summary>The hash cores against the framework's, on random blocks, by each path.</summary>
public class HashStateTests
{
    private readonly Random _random = new(3174);

    [Fact]
    public void SHA1_agrees_with_the_framework_by_both_schedules()
    {
        byte[] bytes = new byte[3 * HashBlock.Length];
        Span<byte> expected = stackalloc byte[20], vector = stackalloc byte[20], scalar = stackalloc byte[20];
        for (int i = 0; i < Soak.Cases(3_000); i++)
        {
            ReadOnlySpan<byte> padded = RandomMessage(bytes, out int length);
            Sha1State byVector = Sha1State.Initial, byScalar = Sha1State.Initial;
            var schedule = default(Sha1Schedule);
            for (; !padded.IsEmpty; padded = padded[HashBlock.Length..])
            {
                HashBlock block = HashBlock.Read(padded);
                schedule.ExpandVector(in block);
                byVector.Mix(in schedule);
                schedule.ExpandScalar(in block);
                byScalar.Mix(in schedule);
            }

            SHA1.HashData(bytes.AsSpan(0, length), expected);
            byVector.Write(vector);
            byScalar.Write(scalar);
            Assert.Equal(expected, vector);
            Assert.Equal(expected, scalar);
        }
    }

    [Fact]
    public void SHA256_agrees_with_the_framework_by_both_schedules()
    {
        byte[] bytes = new byte[3 * HashBlock.Length];
        Span<byte> expected = stackalloc byte[32], vector = stackalloc byte[32], scalar = stackalloc byte[32];
        for (int i = 0; i < Soak.Cases(3_000); i++)
        {
            ReadOnlySpan<byte> padded = RandomMessage(bytes, out int length);
            Sha256State byVector = Sha256State.Initial, byScalar = Sha256State.Initial;
            var schedule = default(Sha256Schedule);
            for (; !padded.IsEmpty; padded = padded[HashBlock.Length..])
            {
                HashBlock block = HashBlock.Read(padded);
                schedule.ExpandVector(in block);
                byVector.Mix(in schedule);
                schedule.ExpandScalar(in block);
                byScalar.Mix(in schedule);
            }

            SHA256.HashData(bytes.AsSpan(0, length), expected);
            byVector.Write(vector);
            byScalar.Write(scalar);
            Assert.Equal(expected, vector);
            Assert.Equal(expected, scalar);
        }
    }

    private ReadOnlySpan<byte> RandomMessage(Span<byte> buffer, out int length)
    {
        length = _random.Next(buffer.Length - 8);
        _random.NextBytes(buffer[..length]);
        Span<byte> padded = buffer[..(HashPadding.Blocks(length) * HashBlock.Length)];
        HashPadding.Write(padded, length, length);
        return padded;
    }
}
