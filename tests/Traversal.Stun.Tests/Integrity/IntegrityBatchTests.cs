namespace Traversal.Stun.Tests;

public class IntegrityBatchTests
{
    private readonly Random _random = new(88);

    [Fact]
    public void A_batch_of_any_size_says_of_each_message_what_the_message_says_itself()
    {
        for (int i = 0; i < Soak.Cases(300); i++)
        {
            IntegrityCheck[] checks = MakeBatch(_random.Next(0, 30), maxSoftware: 500, out byte[] bytes, out bool[] expected);
            bool[] valid = new bool[checks.Length];
            IntegrityBatch.Verify(bytes, checks, valid);
            Assert.Equal(expected, valid);
        }
    }

    [Fact]
    public void The_lanes_agree_with_one_by_one()
    {
        Assert.SkipUnless(IntegrityLanes.IsSupported, "The processor has no AVX2.");
        for (int i = 0; i < Soak.Cases(300); i++)
        {
            IntegrityCheck[] checks = MakeBatch(_random.Next(1, IntegrityLanes.Count + 1), maxSoftware: 200, out byte[] bytes, out bool[] expected);
            bool[] byLanes = new bool[checks.Length], oneByOne = new bool[checks.Length];
            Assert.True(IntegrityLanes.Take(checks));
            IntegrityLanes.Verify(bytes, checks, byLanes);
            IntegrityBatch.VerifyOneByOne(bytes, checks, oneByOne);
            Assert.Equal(expected, byLanes);
            Assert.Equal(expected, oneByOne);
        }
    }

    [Fact]
    public void A_message_without_integrity_and_a_classic_one_are_not_valid()
    {
        byte[] bytes = new byte[3 * 64];
        var checks = new IntegrityCheck[9];
        IntegrityKey key = IntegrityKey.ShortTerm("k");
        for (int i = 0; i < checks.Length; i++)
        {
            var writer = new StunMessageWriter(bytes, StunClass.Request, StunMethod.Binding, default);
            int length = writer.Finish(key, i < 3 ? StunIntegrity.None : StunIntegrity.Sha1, fingerprint: false);
            if (i >= 6) bytes[4] ^= 1;
            StunMessage.TryParseClassic(bytes.AsSpan(0, length), out StunMessage message);
            checks[i] = new IntegrityCheck(0, message, key);
        }

        bool[] valid = new bool[checks.Length];
        bytes[4] = (byte)(StunMessage.MagicCookie >> 24);
        IntegrityBatch.Verify(bytes, checks, valid);
        Assert.Equal([false, false, false, true, true, true, false, false, false], valid);
    }

    [Fact]
    public void Room_for_every_answer_is_asked_for()
    {
        IntegrityCheck[] checks = MakeBatch(4, 10, out byte[] bytes, out _);
        Assert.Throws<ArgumentException>(() => IntegrityBatch.Verify(bytes, checks, new bool[3]));
    }

    // Messages of all lengths, every one with its own key, a third of them spoiled by a bit or the wrong key.
    private IntegrityCheck[] MakeBatch(int count, int maxSoftware, out byte[] bytes, out bool[] expected)
    {
        bytes = new byte[count * 700];
        expected = new bool[count];
        var checks = new IntegrityCheck[count];
        int position = 0;
        for (int i = 0; i < count; i++)
        {
            IntegrityKey key = IntegrityKey.FromBytes(BitConverter.GetBytes(_random.NextInt64()));
            Span<byte> destination = bytes.AsSpan(position);
            var writer = new StunMessageWriter(destination, StunClass.Request, StunMethod.Binding, default);
            writer.Add(StunAttributeType.Software, new byte[_random.Next(maxSoftware)]);
            int length = writer.Finish(key, StunIntegrity.Sha1, fingerprint: _random.Next(2) == 0);

            int fault = _random.Next(6);
            if (fault == 0) destination[8 + _random.Next(12)] ^= (byte)(1 << _random.Next(8));
            if (fault == 1) key = IntegrityKey.ShortTerm("another");
            Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(destination[..length], out StunMessage message));
            expected[i] = message.VerifyIntegrity(key);
            Assert.Equal(fault > 1, expected[i]);
            checks[i] = new IntegrityCheck(position, message, key);
            position += length;
        }

        return checks;
    }
}
