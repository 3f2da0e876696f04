using System.Security.Cryptography;
using Traversal.Primitives;

namespace Traversal.Stun.Tests;

/// <summary>Reading, writing, protecting and verifying allocate nothing.</summary>
public class AllocationTests
{
    private static readonly IntegrityKey Key = IntegrityKey.ShortTerm(Vectors.Password);
    private static readonly PasswordAlgorithm[] Algorithms = [PasswordAlgorithm.Sha256, PasswordAlgorithm.Md5];

    [Fact]
    public void Reading_and_verifying_allocate_nothing() => AssertAllocatesNothing(() =>
    {
        StunMessage.TryParse(Vectors.Request, out StunMessage message);
        foreach (StunAttribute attribute in message) _ = attribute.Value.Length;
        bool good = message.VerifyIntegrity(Key) & message.IsFingerprintValid() & !message.VerifyIntegritySha256(Key) &
            message.TryGetUInt64(StunAttributeType.IceControlled, out _) & message.TransactionId != default;
        if (!good) throw new CryptographicException();
    });

    [Fact]
    public void Writing_and_protecting_allocate_nothing() => AssertAllocatesNothing(() =>
    {
        Span<byte> buffer = stackalloc byte[256];
        var writer = new StunMessageWriter(buffer, StunClass.ErrorResponse, StunMethod.Binding, default);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, TransportAddress.FromIPv4(1, 2));
        writer.AddErrorCode(StunErrorCode.StaleNonce);
        writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, Algorithms);
        if (writer.Finish(Key, StunIntegrity.Both, fingerprint: true) == 0) throw new CryptographicException();
    });

    [Fact]
    public void Verifying_a_batch_allocates_nothing()
    {
        StunMessage.TryParse(Vectors.Request, out StunMessage message);
        IntegrityCheck[] checks = [.. Enumerable.Repeat(new IntegrityCheck(0, message, Key), 11)];
        bool[] valid = new bool[checks.Length];
        AssertAllocatesNothing(() => IntegrityBatch.Verify(Vectors.Request, checks, valid));
        Assert.All(valid, Assert.True);
    }

    [Fact]
    public void A_password_of_a_shared_secret_is_derived_without_allocation() => AssertAllocatesNothing(() =>
    {
        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword("north"u8, "1700000000:alice"u8, password, out _);
        RestCredential.TryReadExpiry("1700000000:alice"u8, out _);
    });

    private static void AssertAllocatesNothing(Action action)
    {
        for (int i = 0; i < 100; i++) action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
