using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8489.Client;

/// <summary>RFC 8489 section 9.2.3: requests with long-term credentials.</summary>
public sealed class Section9_2_3FormingARequest
{
    private static readonly StunAttributeType[] Credentials =
    [
        StunAttributeType.Username, StunAttributeType.Userhash, StunAttributeType.MessageIntegrity, StunAttributeType.MessageIntegritySha256,
        StunAttributeType.Realm, StunAttributeType.Nonce, StunAttributeType.PasswordAlgorithms, StunAttributeType.PasswordAlgorithm,
    ];

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.3.1-1")]
    public void The_first_request_has_no_credentials()
    {
        StunMessage request = ClientHost.Parse(new ClientHost().Sent[0]);
        foreach (StunAttributeType type in Credentials) Assert.False(request.Has(type));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9.2.3.2-1")]
    [Trait("Requirement", "RFC8489-9.2.3.2-2")]
    [Trait("Requirement", "RFC8656-21.1.6-1")]
    [Trait("Requirement", "RFC8489-9.2.3.2-3")]
    public void Later_requests_have_those_that_were_learnt_on_other_allocations_too()
    {
        ClientHost host = new ClientHost().Settle();
        host.Send("9.9.9.9:9", [1]);
        AssertSigned(ClientHost.Parse(host.Sent[^1]));
        AssertSigned(ClientHost.Parse(new ClientHost(host.Relay, memory: host.Memory, address: "198.1.0.7:40001").Sent[0]));
    }

    private static void AssertSigned(StunMessage request)
    {
        Assert.True(request.VerifyIntegritySha256(Answers.KeyOf(TestRelay.Realm, PasswordAlgorithm.Sha256)));
        Assert.True(request.Has(StunAttributeType.Userhash));
        Assert.True(request.Has(StunAttributeType.Realm));
        Assert.True(request.Has(StunAttributeType.Nonce));
        Assert.True(request.Has(StunAttributeType.PasswordAlgorithm));
    }
}
