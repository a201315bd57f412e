//! The keys with which departments act in the founding of the demonstration. What does not rest on one another is submitted together, so that a
//! few blocks carry all of it.

use serde_json::Value;
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, PrivateKey};

use crate::cli::chain::Connection;
use crate::cli::failure::Failure;
use crate::demo::folders::Department;
use crate::demo::samples::account_of;

/// Departments, and the chain on which they act.
pub(crate) struct Seals<'a> {
    pub connection: &'a Connection,
    pub departments: &'a [Department],
}

impl Seals<'_> {
    /// The department with this code.
    ///
    /// # Errors
    /// There is none.
    pub fn department(&self, code: &str) -> Result<&Department, Failure> {
        let found = self.departments.iter().find(|one| one.code == code);
        found.ok_or_else(|| Failure::answer("a department of the demonstration is missing"))
    }

    /// The seal of the department with this code.
    ///
    /// # Errors
    /// There is none, or its key cannot be read.
    pub fn seal(&self, code: &str) -> Result<PrivateKey, Failure> {
        account_of(self.department(code)?)
    }

    /// Submits an act and does not wait for it.
    ///
    /// # Errors
    /// A node that does not take it.
    pub fn submit(
        &self,
        key: &PrivateKey,
        cosigners: &[&PrivateKey],
        operation: &str,
        arguments: &Value,
    ) -> Result<Digest, Failure> {
        let request = Request {
            operation: operation.to_owned(),
            arguments: arguments.as_object().cloned().unwrap_or_default(),
        };
        self.connection
            .submit(&self.connection.sign_with(&request, key, cosigners)?)
    }

    /// What an act that was submitted gave, once it is final.
    ///
    /// # Errors
    /// The refusal of the ledger.
    pub fn outcome(&self, id: &Digest) -> Result<Value, Failure> {
        Ok(self.connection.settled(id)?.outcome.unwrap_or_default())
    }
}
